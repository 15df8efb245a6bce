"""Lift: pick the named object up and hold it in the air."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import approached
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.distances import position_xy

HIGH_ENOUGH = 0.06
"""Rise of the target that counts as lifted, metres."""


@GOALS.register("lift")
@dataclass(frozen=True)
class Lift(Atom):
    """Hold the target in the air.

    Words       "lift {target}", "pick up {target}", …
    Achieved    the target is 6 cm or more above where it was
    Progress    approach: share of the initial distance from end effector to target that is covered
                lift: share of a 6 cm rise
    Referents   target (movable)
    """

    name: ClassVar[str] = "lift"
    lasts: ClassVar[bool] = False
    skills: ClassVar[tuple[str, ...]] = ("lift",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {"lift": ("raise", "hoist")}
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "lift {target}",
                "please lift {target}",
                "lift {target} up",
                "lift up {target}",
                "pick up {target}",
                "please pick up {target}",
                "pick {target} up",
                "take {target} and lift it",
                "find {target} and lift it",
                "find {target} and pick it up",
            ),
            held_out=(
                "raise {target}",
                "raise {target} off the table",
                "hoist {target} into the air",
                "grab {target} and hold it high",
                "{target} should be raised",
                "keep hold of {target} above the table",
            ),
            reordered=(
                "go and lift {target}",
                "reach for {target} and lift it up",
                "move the gripper to {target} and lift it",
                "it is {target} that is to go up",
            ),
        ),
    )

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target is in the air."""
        return self._rise(before, now) >= HIGH_ENOUGH

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `lift`; both are 1 once the target is in the air."""
        target = resolve_one(self.target, before)
        rise = self._rise(before, now)
        if rise >= HIGH_ENOUGH:
            return {"approach": 1.0, "lift": 1.0}
        return {
            "approach": approached(before, now, target),
            "lift": max(0.0, rise / HIGH_ENOUGH),
        }

    def plan(self, scene: SceneState) -> Motion:
        """Return a lift at the target's centre."""
        here = position_xy(scene, resolve_one(self.target, scene))
        return Motion("lift", here, here)

    def _rise(self, before: SceneState, now: SceneState) -> float:
        target = resolve_one(self.target, before)
        return float(now.positions_world[target, 2] - before.positions_world[target, 2])

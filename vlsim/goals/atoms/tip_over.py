"""TipOver: make the named can, which stands, lie on its side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import LIFTED, approached, is_held
from vlsim.goals.slot import Fit, has_round_ends
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.skills.room import is_way_free
from vlsim.world import WORKSPACE, SceneState
from vlsim.world.distances import position_xy
from vlsim.world.orientation import is_lying, upwards
from vlsim.world.space import Point, is_inside_workspace

STANDOFF = 0.04
"""Gap between the target and where the tip comes down, metres."""
BEYOND = 0.03
"""How far beyond the target's middle the tip goes, metres."""
DIRECTIONS = tuple((math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8))
"""Where a thing can be made to fall, in the order in which they are tried."""
REACH = 0.02
"""How far beside the workspace the tip may come down, metres: not every arm reaches farther."""
UNTIPPABLE = "cannot be tipped over; name a cylinder"
"""Why a thing is no target, for error messages."""


@GOALS.register("tip_over")
@dataclass(frozen=True)
class TipOver(Atom):
    """Make the target lie on its side.

    Words       "tip {target} over", "knock {target} down", …
    Achieved    the target's axis is horizontal within 15 degrees; on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                move: share of 90 degrees that the target leans
    Referents   target (a cylinder)
    """

    name: ClassVar[str] = "tip_over"
    # What lies rolls when it is touched, and no other goal is about things that lie.
    lasts: ClassVar[bool] = False
    skills: ClassVar[tuple[str, ...]] = ("tip",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    fits: ClassVar[Mapping[str, Fit]] = {"target": Fit(has_round_ends, UNTIPPABLE)}
    # Of what lies it is already true, which says more than that it lies.
    takes_fallen: ClassVar[bool] = True
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {"tip": ("topple",), "knock": ("bump",)}
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "tip {target} over",
                "please tip {target} over",
                "tip over {target}",
                "knock {target} over",
                "please knock {target} over",
                "knock over {target}",
                "knock {target} down",
                "knock down {target}",
                "go to {target} and tip it over",
                "find {target} and tip it over",
                "find {target} and knock it over",
            ),
            held_out=(
                "topple {target}",
                "overturn {target}",
                "upset {target} so that it falls",
                "lay {target} down on its side",
                "make {target} fall over",
                "{target} should be toppled",
            ),
            reordered=(
                "go and tip {target} over",
                "reach for {target} and knock it over",
                "take {target} and tip it over",
                "it is {target} that is to tip over",
            ),
        ),
    )

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target lies still, and the gripper has let go."""
        target = resolve_one(self.target, before)
        height = float(now.positions_world[target, 2])
        return (
            is_lying(now, target)
            and abs(height - now.specs[target].radius) <= LIFTED
            and now.is_at_rest(target)
            and not is_held(now, target)
        )

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach` and `move`; both are 1 while the target lies."""
        target = resolve_one(self.target, before)
        if is_lying(now, target):
            return {"approach": 1.0, "move": 1.0}
        near = now.specs[target].radius + STANDOFF
        return {
            "approach": approached(before, now, target, near),
            "move": math.acos(min(1.0, abs(upwards(now, target)))) / (math.pi / 2),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether there is a side to which the target can fall, and room for the tip behind it."""
        return self._way(scene, resolve_one(self.target, scene)) is not None

    def plan(self, scene: SceneState) -> Motion:
        """Return a push against the upper end of the target."""
        target = resolve_one(self.target, scene)
        dx, dy = self._way(scene, target) or DIRECTIONS[0]
        x, y = position_xy(scene, target)
        behind = scene.specs[target].radius + STANDOFF
        return Motion("tip", (x - behind * dx, y - behind * dy), (x + BEYOND * dx, y + BEYOND * dy))

    def _way(self, scene: SceneState, target: int) -> Point | None:
        """Return the first direction to fall to that is free, (x, y) of length 1."""
        x, y = here = position_xy(scene, target)
        spec = scene.specs[target]
        behind, far = spec.radius + STANDOFF, spec.radius + spec.height
        for dx, dy in DIRECTIONS:
            start, end = (x - behind * dx, y - behind * dy), (x + far * dx, y + far * dy)
            if (
                _is_in_reach(start)
                and is_inside_workspace(end)
                and is_way_free(scene, start, here, scene.hand.tip, but=(target,))
                and is_way_free(scene, here, end, spec.radius, but=(target,))
            ):
                return dx, dy
        return None


def _is_in_reach(point: Point) -> bool:
    return all(
        low - REACH <= at <= high + REACH for at, (low, high) in zip(point, WORKSPACE, strict=True)
    )

"""Reach: bring the end effector to the named object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings, check_tolerance, share_covered
from vlsim.goals.slot import Fit
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.distances import distance_to_ee, position_xy

ATTEMPT_DISTANCE = 0.05
"""How close to an object's surface the end effector must be to have meant it, metres."""


@GOALS.register("reach")
@dataclass(frozen=True)
class Reach(Atom):
    """Bring the point between the fingertips to the target.

    Words       "touch {target}", "go to {target}", …
    Achieved    end effector within `tolerance` of the sphere with the target's radius
    Progress    approach: share of the initial distance to that region that is covered
    Referents   target (any object)
    """

    name: ClassVar[str] = "reach"
    lasts: ClassVar[bool] = False
    takes_contained: ClassVar[bool] = True
    skills: ClassVar[tuple[str, ...]] = ("reach",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    fits: ClassVar[Mapping[str, Fit]] = {}
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {"touch": ("tap",)}
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "touch {target}",
                "please touch {target}",
                "reach {target}",
                "reach for {target}",
                "reach out and touch {target}",
                "go to {target}",
                "go and touch {target}",
                "move to {target}",
                "move the gripper to {target}",
                "to {target} move the gripper",
                "find {target} and touch it",
            ),
            held_out=(
                "tap {target}",
                "make contact with {target}",
                "bring your hand close to {target}",
                "approach {target} with your fingers",
                "{target} is what you should tap",
                "get near {target} and tap it",
            ),
            reordered=(
                "go over to {target} and touch it",
                "find {target} and reach for it",
                "take the gripper to {target}",
                "it is {target} that the gripper is to touch",
            ),
        ),
    )

    tolerance: float = 0.03
    """How far from the target's surface still counts as there, metres."""

    def __post_init__(self) -> None:
        """Refuse a tolerance that is not positive."""
        check_tolerance(self.tolerance)

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the end effector is at the target."""
        return self._remaining(now) <= 0.0

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach`."""
        return {"approach": share_covered(self._remaining(before), self._remaining(now))}

    def attempted(self, before: SceneState, now: SceneState) -> int | None:
        """Return the object whose surface is nearest to the end effector, None beyond 5 cm."""
        gaps = [distance_to_ee(now, i) - spec.radius for i, spec in enumerate(now.specs)]
        nearest = min(range(len(gaps)), key=gaps.__getitem__, default=None)
        return nearest if nearest is not None and gaps[nearest] <= ATTEMPT_DISTANCE else None

    def plan(self, scene: SceneState) -> Motion:
        """Return a motion of the end effector to the target."""
        xy = position_xy(scene, resolve_one(self.target, scene))
        return Motion("reach", xy, xy)

    def _remaining(self, scene: SceneState) -> float:
        target = resolve_one(self.target, scene)
        return distance_to_ee(scene, target) - scene.specs[target].radius - self.tolerance

"""PutBack: leave the named object where it was when the instruction was given."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings, share_covered
from vlsim.goals.handling import approached, lifted, was_left
from vlsim.referring.resolve import resolve_one
from vlsim.skills.motion import Motion
from vlsim.skills.room import is_spot_free
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.space import Point

NEAR_ENOUGH = 0.03
"""A thing whose centre is this close to where it was is back, metres."""


@GOALS.register("put_back")
@dataclass(frozen=True)
class PutBack(Atom):
    """Leave the target where it was when the episode began; makes sense in a chain only.

    Words       "put {target} back where it was", "move {target} back", …
    Achieved    the target's centre is within 3 cm of where it was, on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                lift: share of an 8 cm rise
                move: share of the initial distance to that spot that is covered
                (all 1 while it is there)
    Referents   target (movable)
    """

    name: ClassVar[str] = "put_back"
    skills: ClassVar[tuple[str, ...]] = ("pick_place",)
    slots: ClassVar[tuple[str, ...]] = ("target",)
    stands_alone: ClassVar[bool] = False
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "put {target} back",
                "please put {target} back",
                "put {target} back where it was",
                "put {target} back in its place",
                "place {target} back where it was",
                "set {target} back where it was",
                "set {target} down where it was",
                "move {target} back where it was",
                "move {target} back to its place",
                "take {target} back to where it was",
            ),
            held_out=(
                "return {target} to its old spot",
                "restore {target} to where it stood before",
                "bring {target} back to its old spot",
                "make sure {target} ends up where it started",
                "{target} belongs back where it came from",
            ),
            reordered=(
                "go and put {target} back",
                "find {target} and put it back",
                "pick up {target} and put it back in its place",
                "it is {target} that is to go back",
            ),
        ),
    )

    spot: Point | None = None
    """Where the target was, (x, y) in metres; `bind` notes it down."""

    def bind(self, scene: SceneState) -> "PutBack":
        """Return this goal about the object that it names, and about the place where it is."""
        bound = super().bind(scene)
        assert isinstance(bound, PutBack)
        target = resolve_one(bound.target, scene)
        return replace(bound, spot=self.spot or position_xy(scene, target))

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target lies there and the gripper has let go."""
        target = resolve_one(self.target, before)
        return self._remaining(before, now, target) <= 0.0 and was_left(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach`, `lift` and `move`."""
        target = resolve_one(self.target, before)
        remaining = self._remaining(before, now, target)
        if remaining <= 0.0:
            return {"approach": 1.0, "lift": 1.0, "move": 1.0}
        return {
            "approach": approached(before, now, target),
            "lift": lifted(before, now, target),
            "move": share_covered(self._remaining(before, before, target), remaining),
        }

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether nothing stands there."""
        target = resolve_one(self.target, scene)
        spot = self.spot or position_xy(scene, target)
        return is_spot_free(scene, spot, scene.specs[target].footprint, target)

    def plan(self, scene: SceneState) -> Motion:
        """Return a pick at the target's centre and a release over that spot."""
        here = position_xy(scene, resolve_one(self.target, scene))
        return Motion("pick_place", here, self.spot or here)

    def _remaining(self, before: SceneState, now: SceneState, target: int) -> float:
        spot = self.spot or position_xy(before, target)
        return math.dist(spot, position_xy(now, target)) - NEAR_ENOUGH

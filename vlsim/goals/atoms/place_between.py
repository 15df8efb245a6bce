"""Place between: leave the named object on the table between two others."""

import math
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Atom, Phrasings
from vlsim.goals.handling import carried, was_left
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.skills.room import is_spot_free, least_distance
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.space import Point, distance_to_segment, is_inside_workspace

SHARES = (0.5, 0.45, 0.55, 0.4, 0.6, 1 / 3, 2 / 3)
"""Where on the line from one to the other the expert looks for a free spot."""
CLOSE = 0.03
"""How near to the middle third of that line is between, metres.

More than the relation "between" is sure of with small things: open fingers drag a can 2 cm along.
"""


@GOALS.register("place_between")
@dataclass(frozen=True)
class PlaceBetween(Atom):
    """Leave the target on the table between two other things.

    Words       "put {target} between {place} and {other}", …
    Achieved    the target is within 3 cm of the middle third of the line from one to the other, on
                the table, at rest and not held
    Progress    approach: share of the initial distance from end effector to target that is covered
                lift: share of an 8 cm rise
                move: share of the initial distance to the expert's spot that is covered
                (all 1 while the target is between them)
    Referents   target (movable), place and other (anything)
    """

    name: ClassVar[str] = "place_between"
    skills: ClassVar[tuple[str, ...]] = ("pick_place",)
    slots: ClassVar[tuple[str, ...]] = ("target", "place", "other")
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "put {target} between {place} and {other}",
                "please put {target} between {place} and {other}",
                "put {target} in between {place} and {other}",
                "put {target} down between {place} and {other}",
                "place {target} between {place} and {other}",
                "set {target} between {place} and {other}",
                "set {target} down between {place} and {other}",
                "move {target} between {place} and {other}",
                "move {target} so that it is between {place} and {other}",
                "pick up {target} and put it between {place} and {other}",
                "take {target} and set it between {place} and {other}",
                "between {place} and {other} put {target}",
                "between {place} and {other} place {target}",
            ),
            held_out=(
                "deposit {target} between {place} and {other}",
                "sandwich {target} between {place} and {other}",
                "transfer {target} so that it rests between {place} and {other}",
                "make sure {target} ends up between {place} and {other}",
                "grab {target} then lay it down between {place} and {other}",
                "{target} belongs between {place} and {other}",
                "{place} and {other} should have {target} between them",
            ),
            reordered=(
                "go and put {target} between {place} and {other}",
                "lift {target} and set it down between {place} and {other}",
                "between {place} and {other} set {target} down",
                "it is {target} that is to go between {place} and {other}",
            ),
        ),
    )

    place: Ref
    """One of what the target is left between …"""
    other: Ref
    """… and the other one."""

    def achieved(self, before: SceneState, now: SceneState) -> bool:
        """Whether the target lies between them and the gripper has let go."""
        target, _, _ = self.indices(before)
        return self._is_between(now) and was_left(now, target)

    def progress(self, before: SceneState, now: SceneState) -> dict[str, float]:
        """Return `approach`, `lift` and `move`."""
        target, place, other = self.indices(before)
        if self._is_between(now):
            return {"approach": 1.0, "lift": 1.0, "move": 1.0}
        spot = self._spot(before) or _on_the_line(before, place, other, SHARES[0])
        return carried(before, now, target, spot)

    def is_feasible(self, scene: SceneState) -> bool:
        """Whether some spot between them is free."""
        return self._spot(scene) is not None

    def plan(self, scene: SceneState) -> Motion:
        """Return a pick at the target's centre and a release over a free spot near the middle."""
        target, place, other = self.indices(scene)
        spot = self._spot(scene) or _on_the_line(scene, place, other, SHARES[0])
        return Motion("pick_place", position_xy(scene, target), spot)

    def _is_between(self, scene: SceneState) -> bool:
        target, place, other = self.indices(scene)
        ends = (_on_the_line(scene, place, other, share) for share in (min(SHARES), max(SHARES)))
        return distance_to_segment(position_xy(scene, target), *ends) <= CLOSE

    def _spot(self, scene: SceneState) -> Point | None:
        """Return the free spot that is nearest to the middle, None if there is none."""
        target, place, other = self.indices(scene)
        width = scene.specs[target].footprint
        ends = position_xy(scene, place), position_xy(scene, other)
        # Most places are too near each other, and that is quickly seen.
        if math.dist(*ends) < sum(least_distance(width, scene, i) for i in (place, other)):
            return None
        spots = (_on_the_line(scene, place, other, share) for share in SHARES)
        free = (
            spot
            for spot in spots
            if is_inside_workspace(spot) and is_spot_free(scene, spot, width, target)
        )
        return next(free, None)


def _on_the_line(scene: SceneState, start: int, end: int, share: float) -> Point:
    """Return the point at that share of the way from one centre to another."""
    (sx, sy), (ex, ey) = position_xy(scene, start), position_xy(scene, end)
    return sx + share * (ex - sx), sy + share * (ey - sy)

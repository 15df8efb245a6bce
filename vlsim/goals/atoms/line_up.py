"""Line up: leave all things of a group in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.crowd import crookedness
from vlsim.goals.group import GroupGoal, radii_of
from vlsim.world import Array, SceneState

STRAIGHT = 0.025
"""How far a centre may be off the line through the two outermost, metres: half a thing's width."""
LEAST, MOST = 0.0, 0.10
"""Gaps between neighbours in a row: they do not overlap, and are no strangers, metres."""


@GOALS.register("line_up")
@dataclass(frozen=True)
class LineUp(GroupGoal):
    """Leave the things of the group in a straight row, in whatever direction and order.

    Words       "line up {target}", "put {target} in a row", …
    Achieved    each is within 2.5 cm of the line through the two that are farthest from each other,
                the gaps along it are from 0 to 10 cm; each on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to the nearest of them
                that is covered
                move: share of what they were off the row at first that is made up for
    Referents   target (three or more movable things; of these the one that has to be moved next)
    """

    name: ClassVar[str] = "line_up"
    fewest: ClassVar[int] = 3
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "line up {target}",
                "please line up {target}",
                "line {target} up",
                "line up {target} in a row",
                "put {target} in a row",
                "place {target} in a row",
                "set {target} down in a row",
                "arrange {target} in a row",
                "put {target} in a line",
                "arrange {target} in a line",
                "move {target} so that they are in a row",
                "pick up {target} and put them in a row",
                "take {target} and line them up",
            ),
            held_out=(
                "align {target}",
                "queue {target} up",
                "form a straight row with {target}",
                "let {target} stand in a straight line",
                "make sure {target} end up in a row",
                "{target} should stand in line",
                "{target} should form a straight row",
            ),
            reordered=(
                "go and line up {target}",
                "lift {target} and set them down in a row",
                "in a row put {target}",
                "it is {target} that are to go in a row",
            ),
        ),
    )

    def lacking(
        self, scene: SceneState, members: Sequence[int], points: Array, spare: float
    ) -> Array:
        """Return by how much they are off a row."""
        return crookedness(
            points,
            radii_of(scene, members),
            max(0.0, STRAIGHT - spare),
            LEAST + spare,
            MOST - spare,
        )

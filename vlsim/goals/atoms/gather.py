"""Gather: bring all things of a group close together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.crowd import gaps_between, scattering
from vlsim.goals.group import GroupGoal, radii_of
from vlsim.world import Array, SceneState

TOGETHER = 0.045
"""Largest gap between the outlines of things that hang together, metres: about their width."""


@GOALS.register("gather")
@dataclass(frozen=True)
class Gather(GroupGoal):
    """Bring the things of the group close together, wherever that is.

    Words       "gather {target}", "put {target} together", …
    Achieved    they hang together by gaps of at most 4.5 cm, each on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to the nearest of them
                that is covered
                move: share of what their gaps were too wide at first that is made up for
    Referents   target (movable things; of these the one that has to be moved next)
    """

    name: ClassVar[str] = "gather"
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "gather {target}",
                "please gather {target}",
                "gather {target} together",
                "gather up {target}",
                "put {target} together",
                "put {target} close together",
                "put {target} next to each other",
                "set {target} down together",
                "place {target} close together",
                "move {target} together",
                "move {target} so that they are close together",
                "pick up {target} and put them together",
                "take {target} and set them down together",
            ),
            held_out=(
                "collect {target} in one spot",
                "cluster {target}",
                "assemble {target} in one spot",
                "let {target} stand near one another",
                "make sure {target} end up side by side",
                "bring {target} together",
                "{target} belong together",
                "{target} should form a cluster",
            ),
            reordered=(
                "go and gather {target}",
                "lift {target} and set them down close together",
                "put together {target}",
                "it is {target} that are to go together",
            ),
        ),
    )

    def lacking(
        self, scene: SceneState, members: Sequence[int], points: Array, spare: float
    ) -> Array:
        """Return by how much their gaps are too wide."""
        return scattering(gaps_between(points, radii_of(scene, members)), TOGETHER - spare)

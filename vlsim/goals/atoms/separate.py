"""Separate: spread all things of a group apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vlsim.goals.base import GOALS, Phrasings
from vlsim.goals.crowd import crowding, gaps_between
from vlsim.goals.group import GroupGoal, radii_of
from vlsim.referring.relations import FAR
from vlsim.world import Array, SceneState


@GOALS.register("separate")
@dataclass(frozen=True)
class Separate(GroupGoal):
    """Spread the things of the group until none is a neighbour of another.

    Words       "spread {target} apart", "separate {target}", …
    Achieved    each two are clearly not next to each other (`vlsim.referring.relations`): 10 cm or
                more lie between them; each on the table, at rest, not held
    Progress    approach: share of the initial distance from end effector to the nearest of them
                that is covered
                move: share of what their gaps were too narrow at first that is made up for
    Referents   target (movable things; of these the one that has to be moved next)
    """

    name: ClassVar[str] = "separate"
    phrasings: ClassVar[tuple[Phrasings, ...]] = (
        Phrasings(
            train=(
                "separate {target}",
                "please separate {target}",
                "separate {target} from each other",
                "spread {target} apart",
                "spread {target} out",
                "spread out {target}",
                "move {target} apart",
                "move {target} away from each other",
                "put {target} far apart",
                "pull {target} apart",
                "move {target} so that they are far apart",
                "pick up {target} and put them far apart",
            ),
            held_out=(
                "scatter {target}",
                "distribute {target} over the table",
                "isolate {target} from one another",
                "give {target} more space",
                "make sure {target} end up far apart",
                "{target} are too close together",
                "{target} should not be near one another",
            ),
            reordered=(
                "go and spread {target} apart",
                "lift {target} and set them down far apart",
                "move apart {target}",
                "it is {target} that are to go far apart",
            ),
        ),
    )

    def lacking(
        self, scene: SceneState, members: Sequence[int], points: Array, spare: float
    ) -> Array:
        """Return by how much their gaps are too narrow."""
        pairs = np.ones((len(members), len(members)), bool)
        return crowding(gaps_between(points, radii_of(scene, members)), FAR + spare, pairs)

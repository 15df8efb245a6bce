"""Comparatives, which training never says, where the size that training says would mislead."""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import SaidOtherwise, add
from vlsim.referring.describe import describe_by_comparison
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.things import SIZES

SAME_WORD = {"smaller": "small", "larger": "large"}
"""The size that a reader would choose who takes a comparative for a size."""


@dataclass(frozen=True)
class ByComparison(SaidOtherwise):
    """The target is one of two: "the larger cube" is a small one, beside a tiny one.

    Training calls that one small, never large; and of a tiny and a small one it calls the second
    small, where now the first is "the smaller cube".
    """

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return how it compares with another of its kind."""
        return describe_by_comparison(scene, index, rng)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target's phrase compares it, and not by the size that it has."""
        rank = goal.target.rank
        if rank is None or rank.order not in SAME_WORD:
            return False
        size = scene.specs[goal.subject(scene)].size
        return size != SAME_WORD[rank.order] and super().matches(goal, scene)


RELATIVE_SIZE = add(
    ByComparison(
        "relative-size",
        "Compares the target's size with another object's, which training never does.",
        sizes=tuple(SIZES),
        forms=("atom",),
    )
)

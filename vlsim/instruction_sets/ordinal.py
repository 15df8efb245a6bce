"""Superlatives and ordinals, which training never says."""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import SaidOtherwise, add
from vlsim.referring.describe import describe_by_rank
from vlsim.referring.ref import Ref
from vlsim.world import SceneState


@dataclass(frozen=True)
class ByRank(SaidOtherwise):
    """The target is one in an order: "the leftmost cube", "the second ball from the front"."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return its place in an order."""
        return describe_by_rank(scene, index, rng)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target's phrase has a superlative or an ordinal."""
        return goal.target.rank is not None and super().matches(goal, scene)


ORDINAL = add(ByRank("ordinal", "Superlatives and ordinals, which training never says."))

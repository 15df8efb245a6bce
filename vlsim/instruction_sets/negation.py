"""Negations, which training never says."""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import SaidOtherwise, add
from vlsim.referring.describe import describe_by_negation
from vlsim.referring.ref import Ref
from vlsim.world import SceneState


@dataclass(frozen=True)
class ByNegation(SaidOtherwise):
    """The target is known by what it is not: "the cube that is not red"."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return what it is not."""
        return describe_by_negation(scene, index, rng)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target's phrase has a negation."""
        return goal.target.unlike is not None and super().matches(goal, scene)


NEGATION = add(ByNegation("negation", "Says what the target is not, which training never does."))

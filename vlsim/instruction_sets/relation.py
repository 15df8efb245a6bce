"""Phrases that say where the target is; training only says what things look like."""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import SaidOtherwise, add
from vlsim.referring.describe import describe_by_place
from vlsim.referring.ref import Ref
from vlsim.referring.relations import SIDES
from vlsim.world import SceneState


@dataclass(frozen=True)
class ByRelation(SaidOtherwise):
    """The target is known by where it is: "the cube behind the bowl"."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return where it is."""
        return describe_by_place(scene, index, SIDES, rng)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target's phrase says where it is."""
        return goal.target.relation is not None and super().matches(goal, scene)


RELATION = add(
    ByRelation("relation", "Names the target by where it is, which training never does.")
)

"""Materials, which training neither shows nor says: everything there is plain."""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import SaidOtherwise, add
from vlsim.referring.describe import describe_by_material
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.things import MATERIALS


@dataclass(frozen=True)
class ByMaterial(SaidOtherwise):
    """The target is known by what it is made of: "the wooden cube"."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return what it is made of."""
        return describe_by_material(scene, index)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target's phrase says its material."""
        return goal.target.material is not None and super().matches(goal, scene)


MATERIAL = add(
    ByMaterial(
        "material",
        "Shows and names materials, which training never does.",
        materials=MATERIALS,
        forms=("atom",),
    )
)

"""Held-out combinations of kind and colour; each kind and each colour is trained in others."""

from dataclasses import dataclass

from vlsim.goals import Atom
from vlsim.instruction_sets.base import HELD_OUT_PAIRS, InstructionSet, add
from vlsim.instruction_sets.hold_outs import withheld
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec


@dataclass(frozen=True)
class Combo(InstructionSet):
    """A phrase says a kind and a colour that training never shows, or says, together."""

    def admits(self, spec: ObjectSpec) -> bool:
        """Admit every object."""
        return True

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether some phrase names a held-out pair in full; "the cube" alone would be no test."""
        return any(
            (scene.specs[i].kind, scene.specs[i].color) in HELD_OUT_PAIRS
            and None not in (getattr(goal, slot).kind, getattr(goal, slot).color)
            for slot, indices in goal.named(scene).items()
            for i in indices
        ) and not withheld(goal, scene)


COMBO = add(
    Combo("combo", "Names an object whose kind and colour never occur together in training.")
)

"""Blind control: the policy is told nothing, so success is what a policy gets without language."""

from dataclasses import dataclass

import numpy as np

from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.role import BLIND


@dataclass(frozen=True)
class NoInstruction(InstructionSet):
    """The goals of `seen`, with an empty sentence."""

    def rewrite(self, text: str, rng: np.random.Generator) -> str:
        """Return the empty sentence."""
        return ""


NO_INSTRUCTION = add(NoInstruction("no-instruction", "No sentence.", BLIND))

"""The training distribution, in new scenes."""

from vlsim.instruction_sets.base import InstructionSet, add

SEEN = add(InstructionSet("seen", "The training distribution, in new scenes."))

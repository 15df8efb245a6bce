"""Several things at once: "all the red cubes", "two of the balls"; training says one at a time."""

from vlsim.language.sets.base import InstructionSet, add

COUNT = add(InstructionSet("count", "The same with several things at once.", forms=("for_all",)))

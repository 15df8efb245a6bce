"""Numbers of things: "both red cubes", "two of the balls"; training says "all", never how many."""

from vlsim.instruction_sets.base import InstructionSet, add

COUNT = add(
    InstructionSet(
        "count", "Says how many objects are meant.", forms=("for_all",), says_numbers=True
    )
)

"""Chains of one to five and of ten instructions; training says two at most."""

from vlsim.instruction_sets.base import InstructionSet, add

LONGEST_TRAINED = 2
"""Steps of the longest chain that training says."""
CHAIN_LENGTHS = (1, 2, 3, 4, 5, 10)
"""Steps of the chains of each set."""
CHAINS = tuple(
    add(
        InstructionSet(
            f"chain-{n}",
            f"{n} instructions, one after the other." if n > 1 else "A single instruction.",
            forms=("then",),
            steps=(n, n),
        )
    )
    for n in CHAIN_LENGTHS
)

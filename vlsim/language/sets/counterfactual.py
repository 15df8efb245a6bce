"""Control: the scenes of `seen`, asking for another thing in each."""

from vlsim.language.sets.base import InstructionSet, add

COUNTERFACTUAL = add(
    InstructionSet(
        "counterfactual",
        "Control: the same scenes as seen, another target.",
        is_control=True,
        picks_other=True,
    )
)

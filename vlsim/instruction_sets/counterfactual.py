"""Wrong-words control: the scenes of `seen`, asking for another thing in each."""

from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.role import WRONG_WORDS

COUNTERFACTUAL = add(
    InstructionSet(
        "counterfactual",
        "Scenes of seen; the words name another target.",
        WRONG_WORDS,
        picks_other=True,
    )
)

"""Instruction sets. A new set is one new file and one import line here."""

from vlsim.language.sets.base import HELD_OUT_PAIRS, SETS, InstructionSet, is_held_out
from vlsim.language.sets.combo import COMBO
from vlsim.language.sets.counterfactual import COUNTERFACTUAL
from vlsim.language.sets.human import HUMAN
from vlsim.language.sets.negation import NEGATION
from vlsim.language.sets.no_instruction import NO_INSTRUCTION
from vlsim.language.sets.ordinal import ORDINAL
from vlsim.language.sets.paraphrase import PARAPHRASE
from vlsim.language.sets.relation import RELATION
from vlsim.language.sets.seen import SEEN
from vlsim.language.sets.shuffled import SHUFFLED
from vlsim.language.sets.written import Written, find_set

__all__ = [
    "COMBO",
    "COUNTERFACTUAL",
    "HELD_OUT_PAIRS",
    "HUMAN",
    "NEGATION",
    "NO_INSTRUCTION",
    "ORDINAL",
    "PARAPHRASE",
    "RELATION",
    "SEEN",
    "SETS",
    "SHUFFLED",
    "InstructionSet",
    "Written",
    "find_set",
    "is_held_out",
]

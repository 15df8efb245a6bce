"""Instruction sets. A new set is one new file and one import line here."""

from vlsim.language.sets.base import HELD_OUT_PAIRS, SETS, InstructionSet, is_held_out
from vlsim.language.sets.chain import CHAINS
from vlsim.language.sets.combo import COMBO
from vlsim.language.sets.count import COUNT
from vlsim.language.sets.counterfactual import COUNTERFACTUAL
from vlsim.language.sets.negation import NEGATION
from vlsim.language.sets.new_object import NEW_OBJECT
from vlsim.language.sets.no_instruction import NO_INSTRUCTION
from vlsim.language.sets.ordinal import ORDINAL
from vlsim.language.sets.paraphrase import PARAPHRASE
from vlsim.language.sets.relation import RELATION
from vlsim.language.sets.relative_size import RELATIVE_SIZE
from vlsim.language.sets.seen import SEEN
from vlsim.language.sets.shuffled import SHUFFLED

__all__ = [
    "CHAINS",
    "COMBO",
    "COUNT",
    "COUNTERFACTUAL",
    "HELD_OUT_PAIRS",
    "NEGATION",
    "NEW_OBJECT",
    "NO_INSTRUCTION",
    "ORDINAL",
    "PARAPHRASE",
    "RELATION",
    "RELATIVE_SIZE",
    "SEEN",
    "SETS",
    "SHUFFLED",
    "InstructionSet",
    "is_held_out",
]

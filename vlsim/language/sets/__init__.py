"""Instruction sets. CONTRIBUTING.md says what a new set touches."""

from vlsim.language.sets.base import HELD_OUT_PAIRS, SETS, InstructionSet, is_held_out
from vlsim.language.sets.chain import CHAINS
from vlsim.language.sets.colloquial import COLLOQUIAL
from vlsim.language.sets.combo import COMBO
from vlsim.language.sets.conditions import BACKGROUND, CAMERA, LIGHT, NOISE, ROBOT_INIT
from vlsim.language.sets.containment import CONTAINMENT, NESTED
from vlsim.language.sets.count import COUNT
from vlsim.language.sets.counterfactual import COUNTERFACTUAL
from vlsim.language.sets.distractors import (
    DISTRACTOR_ATTRIBUTE,
    DISTRACTOR_ISOMORPH,
    DISTRACTOR_RANDOM,
    DISTRACTOR_RELATION,
)
from vlsim.language.sets.gibberish import GIBBERISH
from vlsim.language.sets.material import MATERIAL
from vlsim.language.sets.negation import NEGATION
from vlsim.language.sets.new_object import NEW_OBJECT
from vlsim.language.sets.no_instruction import NO_INSTRUCTION
from vlsim.language.sets.ordinal import ORDINAL
from vlsim.language.sets.pairs import find_set
from vlsim.language.sets.paraphrase import PARAPHRASE, PARAPHRASE_LEX, PARAPHRASE_SYN
from vlsim.language.sets.placement import PLACEMENT
from vlsim.language.sets.relation import RELATION
from vlsim.language.sets.relative_size import RELATIVE_SIZE
from vlsim.language.sets.seen import SEEN
from vlsim.language.sets.shuffled import SHUFFLED
from vlsim.language.sets.withheld import ATTRIBUTE_REF, DIRECTION, VERB_OBJECT
from vlsim.language.sets.written import Written

__all__ = [
    "ATTRIBUTE_REF",
    "BACKGROUND",
    "CAMERA",
    "CHAINS",
    "COLLOQUIAL",
    "COMBO",
    "CONTAINMENT",
    "COUNT",
    "COUNTERFACTUAL",
    "DIRECTION",
    "DISTRACTOR_ATTRIBUTE",
    "DISTRACTOR_ISOMORPH",
    "DISTRACTOR_RANDOM",
    "DISTRACTOR_RELATION",
    "GIBBERISH",
    "HELD_OUT_PAIRS",
    "LIGHT",
    "MATERIAL",
    "NEGATION",
    "NESTED",
    "NEW_OBJECT",
    "NOISE",
    "NO_INSTRUCTION",
    "ORDINAL",
    "PARAPHRASE",
    "PARAPHRASE_LEX",
    "PARAPHRASE_SYN",
    "PLACEMENT",
    "RELATION",
    "RELATIVE_SIZE",
    "ROBOT_INIT",
    "SEEN",
    "SETS",
    "SHUFFLED",
    "VERB_OBJECT",
    "InstructionSet",
    "Written",
    "find_set",
    "is_held_out",
]

"""Instruction sets: which things, goals and words each has, and what training withholds.

They draw neither scenes nor goals, `vlsim.scenarios` does. CONTRIBUTING.md says what a new set
touches.
"""

from vlsim.instruction_sets.base import HELD_OUT_PAIRS, SETS, InstructionSet, is_held_out
from vlsim.instruction_sets.chain import CHAINS
from vlsim.instruction_sets.colloquial import COLLOQUIAL
from vlsim.instruction_sets.combo import COMBO
from vlsim.instruction_sets.conditions import BACKGROUND, CAMERA, LIGHT, NOISE, ROBOT_INIT
from vlsim.instruction_sets.containment import CONTAINMENT, NESTED
from vlsim.instruction_sets.count import COUNT
from vlsim.instruction_sets.counterfactual import COUNTERFACTUAL
from vlsim.instruction_sets.distractors import (
    DISTRACTOR_ATTRIBUTE,
    DISTRACTOR_ISOMORPH,
    DISTRACTOR_RANDOM,
    DISTRACTOR_RELATION,
)
from vlsim.instruction_sets.full import FULL, REGIMES, Mixture
from vlsim.instruction_sets.gibberish import GIBBERISH
from vlsim.instruction_sets.material import MATERIAL
from vlsim.instruction_sets.negation import NEGATION
from vlsim.instruction_sets.new_object import NEW_OBJECT
from vlsim.instruction_sets.no_instruction import NO_INSTRUCTION
from vlsim.instruction_sets.ordinal import ORDINAL
from vlsim.instruction_sets.pairs import find_set
from vlsim.instruction_sets.paraphrase import PARAPHRASE, PARAPHRASE_LEX, PARAPHRASE_SYN
from vlsim.instruction_sets.placement import PLACEMENT
from vlsim.instruction_sets.relation import RELATION
from vlsim.instruction_sets.relative_size import RELATIVE_SIZE
from vlsim.instruction_sets.seen import SEEN
from vlsim.instruction_sets.shuffled import SHUFFLED
from vlsim.instruction_sets.withheld import ATTRIBUTE_REF, DIRECTION, VERB_OBJECT
from vlsim.instruction_sets.written import Written

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
    "FULL",
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
    "REGIMES",
    "RELATION",
    "RELATIVE_SIZE",
    "ROBOT_INIT",
    "SEEN",
    "SETS",
    "SHUFFLED",
    "VERB_OBJECT",
    "InstructionSet",
    "Mixture",
    "Written",
    "find_set",
    "is_held_out",
]

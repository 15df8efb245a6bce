"""Language: typed goals, the sentences that mean them, and the sets they are drawn from."""

from vlsim.language.goals import (
    GOALS,
    Atom,
    Close,
    Goal,
    Open,
    Phrasings,
    Place,
    Press,
    PushTo,
    Reach,
    Ref,
    Slide,
    goal_from_json,
)
from vlsim.language.grammar import parse, realise, understand, vocabulary
from vlsim.language.referring import describe, describe_verbose, resolve_one
from vlsim.language.sampler import sample_goal
from vlsim.language.sets import SETS, InstructionSet, find_set
from vlsim.language.tokenizer import InstructionTokenizer, default_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE

__all__ = [
    "GOALS",
    "SETS",
    "VOCABULARY_SIZE",
    "Atom",
    "Close",
    "Goal",
    "InstructionSet",
    "InstructionTokenizer",
    "Open",
    "Phrasings",
    "Place",
    "Press",
    "PushTo",
    "Reach",
    "Ref",
    "Slide",
    "default_tokenizer",
    "describe",
    "describe_verbose",
    "find_set",
    "goal_from_json",
    "parse",
    "realise",
    "resolve_one",
    "sample_goal",
    "understand",
    "vocabulary",
]

"""Held-out phrasings: other verbs, prepositions and word orders for trained things."""

from vlsim.instruction_sets.base import InstructionSet, add

PARAPHRASE = add(
    InstructionSet("paraphrase", "Phrasings that training never uses.", pool="held-out")
)
PARAPHRASE_LEX = add(
    InstructionSet(
        "paraphrase-lex",
        "Trained phrasings with one unseen verb or preposition.",
        pool="lexical",
    )
)
PARAPHRASE_SYN = add(
    InstructionSet("paraphrase-syn", "Trained words in unseen phrasings.", pool="syntactic")
)

"""Held-out phrasings: other verbs, prepositions and word orders for trained things."""

from vlsim.language.sets.base import InstructionSet, add

PARAPHRASE = add(InstructionSet("paraphrase", "Sentences never said in training.", pool="held-out"))
PARAPHRASE_LEX = add(
    InstructionSet(
        "paraphrase-lex",
        "Trained sentences with one verb or preposition that training never says.",
        pool="lexical",
    )
)
PARAPHRASE_SYN = add(
    InstructionSet(
        "paraphrase-syn", "Trained words in sentences that training never forms.", pool="syntactic"
    )
)

"""Held-out phrasings: other verbs, prepositions and word orders for trained things."""

from vlsim.language.sets.base import InstructionSet, add

PARAPHRASE = add(InstructionSet("paraphrase", "Sentences never said in training.", pool="held-out"))

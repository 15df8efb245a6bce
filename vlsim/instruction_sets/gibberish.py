"""Blind control: as many words as the sentence has, and none that means anything."""

import string
from dataclasses import dataclass

import numpy as np

from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.role import BLIND
from vlsim.language.phrasebook import is_known

LETTERS = tuple(string.ascii_lowercase)
"""What its words are made of."""


@dataclass(frozen=True)
class Gibberish(InstructionSet):
    """The goals of `seen`, each word replaced by as many random letters, which are no known word.

    To a policy that reads whole words each is the unknown word, so only their number is left.
    """

    def rewrite(self, text: str, rng: np.random.Generator) -> str:
        """Return as many words, each as long, that no sentence of any pool contains."""
        return " ".join(_letters(len(word), rng) for word in text.split())


def _letters(length: int, rng: np.random.Generator) -> str:
    while True:
        word = "".join(LETTERS[i] for i in rng.integers(len(LETTERS), size=length).tolist())
        if not is_known(word):
            return word


GIBBERISH = add(Gibberish("gibberish", "As many words, made of random letters.", BLIND))

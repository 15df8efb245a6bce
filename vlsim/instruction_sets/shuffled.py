"""Blind control: the words of the sentence in an order that means nothing."""

from dataclasses import dataclass

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.instruction_sets.base import InstructionSet, add
from vlsim.instruction_sets.role import BLIND
from vlsim.language.sentences import read_sentence


@dataclass(frozen=True)
class Shuffled(InstructionSet):
    """The goals of `seen`, with the words in random order."""

    def rewrite(self, text: str, rng: np.random.Generator) -> str:
        """Return the same words in another order, one that is no instruction.

        Raises:
            InvalidValueError: If there is no other order: fewer than two different words.
        """
        words = text.split()
        if len(set(words)) < 2:
            raise InvalidValueError(f"'{text}' has fewer than two different words to shuffle.")
        while True:
            mixed = [words[i] for i in rng.permutation(len(words)).tolist()]
            if mixed != words and not read_sentence(mixed).goals:
                return " ".join(mixed)


SHUFFLED = add(Shuffled("shuffled", "The words in random order.", BLIND))

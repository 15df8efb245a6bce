"""Texts that are being written, with the places of the phrases in them."""

from dataclasses import dataclass, field, replace

import numpy as np

from vlsim.annotations.annotation import Phrase
from vlsim.referring.lexicon import RELATION_WORDS, plural
from vlsim.referring.ref import IN_PLURAL, Ref
from vlsim.referring.resolve import find
from vlsim.world import SceneState


@dataclass
class Wording:
    """A text about a scene that is being written, and what its phrases name.

    Args:
        scene: What the phrases are about.
        rng: Draws synonyms; the canonical words are said without.
    """

    scene: SceneState
    rng: np.random.Generator | None
    words: list[str] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(self.words)

    def add(self, words: str) -> "Wording":
        """Add words that name nothing."""
        self.words += words.split()
        return self

    def what(self, index: int) -> "Wording":
        """Add "what", which stands for a thing."""
        self.phrases.append(Phrase(len(self.words), len(self.words) + 1, (index,)))
        return self.add("what")

    def the(self, ref: Ref) -> "Wording":
        """Add "the red cube"."""
        return self._phrase(ref, "the")

    def a(self, ref: Ref, index: int | None = None) -> "Wording":
        """Add "a red cube", which is meant to be the thing of that index if one is given."""
        return self._phrase(ref, "a", named=None if index is None else (index,))

    def no(self, ref: Ref) -> "Wording":
        """Add "no red cube"."""
        return self._phrase(ref, "no")

    def some(self, ref: Ref, number: str = "") -> "Wording":
        """Add "red cubes", or "two red cubes"; of "one" the noun is in the singular."""
        return self._phrase(ref, number, several=number != "one")

    def _phrase(
        self, ref: Ref, first: str, *, several: bool = False, named: tuple[int, ...] | None = None
    ) -> "Wording":
        start, place = len(self.words), len(self.phrases)
        words = replace(ref, relation=None).words(self.rng)[1:]
        if several:
            words[-1] = plural(words[-1])
        if first == "a" and words[0][0] in "aeiou":
            first = "an"
        self.add(first).add(" ".join(words))
        if ref.relation is not None:
            choices = RELATION_WORDS[ref.relation.name]
            said = choices[0 if self.rng is None else int(self.rng.integers(len(choices)))].split()
            self.words += [IN_PLURAL.get(word, word) for word in said] if several else said
            for n, landmark in enumerate(ref.relation.landmarks):
                if n:
                    self.add("and")
                self.the(landmark)
        named = find(ref, self.scene).sure if named is None else named
        self.phrases.insert(place, Phrase(start, len(self.words), named))
        return self

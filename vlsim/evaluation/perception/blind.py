"""The blind baseline: what can be said without looking, from the words of training alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from vlsim.annotations import Annotation
from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Answer, Box, Pixels, Place

BEGINNING = ""
"""Stands before the first word."""
PREFIXES = (4, 3, 2, 1, 0)
"""How many of the first words of a question are looked up."""


class Blind:
    """Answers what is usual in training; a model that is no better does not look.

    Questions: the most frequent answer to the same words, else to the same first words.
    Expressions: the mean box. Captions: the most frequent one. Matching and next words: how
    probable each word is after the one before.
    """

    name = "blind"

    def __init__(self, training: Iterable[Annotation]) -> None:
        """Learn from the annotations of training.

        Raises:
            InvalidValueError: If there are none.
        """
        self._answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._captions: Counter[str] = Counter()
        self._pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        boxes: list[Box] = []
        for one in training:
            for question in one.questions:
                for beginning in _beginnings(question.text):
                    self._answers[beginning][question.answer] += 1
            for expression in one.expressions:
                if (box := one.things[expression.thing].box) is not None:
                    boxes.append(box)
            for caption in one.captions:
                self._captions[caption.text] += 1
                words = caption.text.split()
                for before, word in zip([BEGINNING, *words], words, strict=False):
                    self._pairs[before][word] += 1
        if not self._captions and not self._answers:
            raise InvalidValueError("The blind baseline needs annotations of training, got none.")
        self._words = {word for counts in self._pairs.values() for word in counts}
        self._box = tuple(np.mean(boxes, axis=0).tolist()) if boxes else (-1.0, -1.0, 1.0, 1.0)

    def answer(self, pictures: Pixels, questions: Sequence[str]) -> list[Answer]:
        """Answer what is usual."""
        return [self._answer(question) for question in questions]

    def locate(self, pictures: Pixels, expressions: Sequence[str]) -> list[Place]:
        """Point to where things usually are."""
        return [Place(self._box) for _ in expressions]

    def caption(self, pictures: Pixels) -> list[str]:
        """Say what is said most often."""
        usual = min(self._captions, key=lambda text: (-self._captions[text], text), default="")
        return [usual] * len(pictures)

    def match(self, pictures: Pixels, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Prefer probable sentences, whatever is seen."""
        scores = [-float(np.mean(self._costs(sentence))) for sentence in sentences]
        return np.tile(scores, (len(pictures), 1))

    def next_words(self, pictures: Pixels, sentences: Sequence[str]) -> list[NDArray[np.float64]]:
        """Say how surprising each word is after the one before."""
        return [self._costs(sentence) for sentence in sentences]

    def _answer(self, question: str) -> Answer:
        counts = next(
            (self._answers[some] for some in _beginnings(question) if some in self._answers),
            Counter({"": 1}),
        )
        usual = min(counts, key=lambda answer: (-counts[answer], answer))
        return Answer(usual, counts[usual] / counts.total())

    def _costs(self, sentence: str) -> NDArray[np.float64]:
        words = sentence.split()
        # One more of each word than was seen, so that no word is impossible.
        costs = [
            -np.log((counts[word] + 1) / (counts.total() + len(self._words) + 1))
            for before, word in zip([BEGINNING, *words], words, strict=False)
            for counts in [self._pairs.get(before, Counter())]
        ]
        return np.array(costs, dtype=np.float64)


def _beginnings(question: str) -> list[str]:
    """Return a question and its first words, the longest first.

    >>> _beginnings("is there a cube")
    ['is there a cube', 'is there a cube …', 'is there a …', 'is there …', 'is …', ' …']
    """
    words = question.split()
    return [question, *(f"{' '.join(words[:count])} …" for count in PREFIXES)]

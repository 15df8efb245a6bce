"""An answer beside those that people gave to the same question."""

from collections import Counter
from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Metric
from vlsim.registry import Registry


@dataclass(frozen=True)
class Answered:
    """One question: the answer that was given, and those of the annotators, at least one."""

    answer: str
    annotators: tuple[str, ...]
    """One answer of each annotator; ten in the files of VQAv2."""
    confidence: float | None = None
    """How probable the answer is by the one who gave it, 0 to 1; None if that is not known."""

    def __post_init__(self) -> None:
        """Refuse a question that nobody answered."""
        if not self.annotators:
            raise InvalidValueError(f"Nobody's answer is there to compare '{self.answer}' with.")

    @property
    def majority(self) -> str:
        """What most annotators answered; of several the first in the alphabet.

        >>> Answered("red", ("red", "blue", "blue", "red", "a")).majority
        'blue'
        """
        counts = Counter(self.annotators)
        return min(counts, key=lambda answer: (-counts[answer], answer))


ANSWER_METRICS: Registry[Metric[Answered]] = Registry("answer metric")
"""Every metric of answers by name."""

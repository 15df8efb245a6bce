"""A caption with its references, and how both are cut into words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Metric
from vlsim.registry import Registry

TOKEN = re.compile(
    r"can(?=not\b)|\w+(?=n't\b)|n't\b|'(?:s|re|ve|ll|d|m)\b|\w+(?:[-.,/]\w+)*|[^\w\s]"
)
PUNCTUATION = frozenset("'`.?!,:;-\"()[]{}…")
"""What is dropped before captions are compared."""


@dataclass(frozen=True)
class Described:
    """One picture: what was said of it, and the references."""

    caption: str
    references: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a picture without a reference."""
        if not self.references:
            raise InvalidValueError(f"The caption '{self.caption}' has no reference to compare.")


CAPTION_METRICS: Registry[Metric[Described]] = Registry("caption metric")
"""Every metric of captions by name."""

NGrams = Counter[tuple[str, ...]]


def tokens(text: str) -> list[str]:
    """Cut a caption into words as the evaluation of COCO does, in lower case, no punctuation.

    >>> tokens("A man's dog isn't here; it cannot run, can it?")
    ['a', 'man', "'s", 'dog', 'is', "n't", 'here', 'it', 'can', 'not', 'run', 'can', 'it']

    The rules are those of the Penn Treebank. On abbreviations, addresses and money the tokenizer
    of Stanford, which COCO uses, may cut otherwise; on words and numbers it does not.
    """
    return [token for token in TOKEN.findall(text.lower()) if token not in PUNCTUATION]


def n_grams(words: Sequence[str], order: int) -> NGrams:
    """Count the runs of `order` words.

    >>> n_grams(["a", "red", "cube"], 2)
    Counter({('a', 'red'): 1, ('red', 'cube'): 1})
    """
    return Counter(tuple(words[i : i + order]) for i in range(len(words) - order + 1))

"""What can be asked of a model that sees pictures and knows words; a model answers what it can.

Pictures are (N, H, W, 3) uint8, and the sentence in row i is about picture i. Points and boxes are
in image coordinates, u and v from -1 to 1, left to right and top to bottom. A model scales
and tokenizes by itself, so every caller gives it the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""(u0, v0, u1, v1)."""


@dataclass(frozen=True)
class Answer:
    """An answer to a question about a picture."""

    text: str
    confidence: float | None = None
    """How probable it is by the model itself, 0 to 1; None if it does not say."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a model finds what an expression names."""

    box: Box
    attention: NDArray[np.floating[Any]] | None = None
    """Where it looks, cells of the picture from its upper left corner, at least 0. Shape (h, w)."""

    def __post_init__(self) -> None:
        """Refuse an attention that is no map."""
        if self.attention is not None and np.ndim(self.attention) != 2:
            raise InvalidValueError(
                f"An attention must have the shape (h, w), got {np.shape(self.attention)}."
            )

    @property
    def point(self) -> tuple[float, float]:
        """The middle of the cell that is looked at most, or of the box if no attention is known.

        >>> Place((0, 0, 1, 1), np.array([[0.1, 0.9], [0.0, 0.0]])).point
        (0.5, -0.5)
        >>> Place((0.0, 0.0, 1.0, 0.5)).point
        (0.5, 0.25)
        """
        if self.attention is None:
            u0, v0, u1, v1 = self.box
            return (u0 + u1) / 2, (v0 + v1) / 2
        rows, columns = self.attention.shape
        row, column = divmod(int(np.argmax(self.attention)), columns)
        return (2 * column + 1) / columns - 1, (2 * row + 1) / rows - 1


@dataclass(frozen=True)
class SeenThing:
    """A thing that a model sees, and how sure it is that this is one of these attributes."""

    kind: str
    color: str
    size: str
    material: str
    box: Box
    confidence: float

    @property
    def point(self) -> tuple[float, float]:
        """The middle of the box."""
        u0, v0, u1, v1 = self.box
        return (u0 + u1) / 2, (v0 + v1) / 2


@runtime_checkable
class Seeing(Protocol):
    """A model that says what stands where."""

    def see_things(self, pictures: Pixels) -> Sequence[Sequence[SeenThing]]:
        """Return the things of each picture, the surest first."""


@runtime_checkable
class Reading(Protocol):
    """A model that turns sentences into vectors; alike ones mean alike things."""

    def embed(self, sentences: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return a vector of length 1 for each sentence, (M, D)."""


@runtime_checkable
class Answering(Protocol):
    """A model that answers questions."""

    def answer(self, pictures: Pixels, questions: Sequence[str]) -> Sequence[Answer]:
        """Answer question i about picture i."""


@runtime_checkable
class Locating(Protocol):
    """A model that finds what words name."""

    def locate(self, pictures: Pixels, expressions: Sequence[str]) -> Sequence[Place]:
        """Find in picture i what expression i names."""


@runtime_checkable
class Captioning(Protocol):
    """A model that says what it sees."""

    def caption(self, pictures: Pixels) -> Sequence[str]:
        """Describe each picture in one sentence."""


@runtime_checkable
class Matching(Protocol):
    """A model that says which sentence is about which picture."""

    def match(self, pictures: Pixels, sentences: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Score each sentence for each picture, (N, M); higher fits better."""


@runtime_checkable
class Foretelling(Protocol):
    """A model that knows how sentences about a picture go on."""

    def next_words(
        self, pictures: Pixels, sentences: Sequence[str]
    ) -> Sequence[NDArray[np.floating[Any]]]:
        """Say what each word of sentence i cost after the words before it and picture i.

        Returns:
            For each sentence the -ln of the probability of every word, one for each word between
            spaces.
        """

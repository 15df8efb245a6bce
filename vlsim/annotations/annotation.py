"""What is true of one picture and what can be said of it, as plain data.

Points and boxes are in image coordinates: u and v from -1 to 1, from left to right and top to
bottom. Texts are words of the default tokenizer with spaces between them.
"""

from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.files import Json
from vlsim.interface.perceiver import Box


@dataclass(frozen=True)
class Thing:
    """A thing of the scene."""

    index: int
    """Which object of the scene it is."""
    kind: str
    colour: str
    size: str
    material: str
    box: Box | None
    """What is seen of it; None if nothing is."""
    centre: tuple[float, float]
    """Where its centre is in the picture, (u, v)."""


@dataclass(frozen=True)
class Phrase:
    """Words of a text that name things."""

    start: int
    """The first of the words."""
    end: int
    """The word after the last."""
    things: tuple[int, ...]
    """Which of the annotation's things they name."""


@dataclass(frozen=True)
class Caption:
    """A sentence that is true of the picture."""

    text: str
    decided: tuple[bool, ...]
    """For each word whether the picture decides it, and not the grammar alone."""
    phrases: tuple[Phrase, ...] = ()
    nats: tuple[float, ...] = ()
    """What each word costs at least after those before it, -ln of its probability to whoever knows
    the scene and the grammar; empty if nobody knows. Its mean is the grammar's own entropy."""

    def __post_init__(self) -> None:
        """Refuse marks that are not one a word."""
        n_words = len(self.text.split())
        for marks in (self.decided, *([self.nats] if self.nats else [])):
            if len(marks) != n_words:
                raise InvalidValueError(
                    f"The caption '{self.text}' has {n_words} words, but "
                    f"{len(marks)} marks of what the picture decides."
                )


@dataclass(frozen=True)
class Question:
    """A question with its one true answer."""

    text: str
    kind: str
    """What kind of question it is, such as "count"."""
    answer: str
    program: Json = None
    """How the answer follows from the scene."""
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Expression:
    """Words that name exactly one thing of the picture."""

    text: str
    thing: int
    """Which of the annotation's things."""
    nested: bool = False
    """Whether a phrase stands in it that is explained by another."""
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A sentence that is true, and the same with one word changed, which makes it false."""

    text: str
    negative: str
    word: int
    """Which word."""


@dataclass(frozen=True)
class Annotation:
    """One picture."""

    things: tuple[Thing, ...] = ()
    captions: tuple[Caption, ...] = ()
    questions: tuple[Question, ...] = ()
    expressions: tuple[Expression, ...] = ()
    pairs: tuple[Pair, ...] = ()

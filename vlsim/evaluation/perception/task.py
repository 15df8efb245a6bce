"""A task: how a model is asked about pictures, and by which metrics what it says is judged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from vlsim.annotations import Annotation
from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Box, Pixels, Place
from vlsim.metrics import Metric
from vlsim.registry import Registry

AT_ONCE = 256
"""Rows that a model is asked about together."""

TITLES = {
    "bleu_4": "BLEU-4",
    "cider_d": "CIDEr-D",
    "facts_f": "scene facts, F",
    "facts_f_best": "scene facts, best",
    "meteor_domain": "METEOR of the domain",
    "rouge_l": "ROUGE-L",
    "vqa_accuracy": "VQA accuracy",
}
"""Of metrics whose names are no words."""

T = TypeVar("T")


class Pictures(Protocol):
    """Pictures with all that is true of each."""

    @property
    def images(self) -> Pixels:
        """Shape (N, S, S, 3)."""

    @property
    def annotations(self) -> Sequence[Annotation]:
        """N of them."""


@dataclass(frozen=True, eq=False)
class Asked:
    """One thing that a model was asked about a picture, what it said, and what is true."""

    picture: int
    """Which of the pictures; the first one where several were looked through."""
    kind: str
    """What kind of question it was, "" if there is only one."""
    prompt: str
    said: str
    truth: str
    observation: Any
    """What the metrics of the task are of."""
    is_right: bool | None = None
    """None where nothing is simply right or wrong."""
    place: Place | None = None
    true_box: Box | None = None
    bound: Any = None
    """The observation of whoever knows the scene and the grammar, where that is not perfect."""
    ranking: tuple[int, ...] = ()
    """Numbers of the candidates, the best first."""


@dataclass(frozen=True)
class Task:
    """One thing that models can do with pictures and words."""

    description: str
    protocol: type
    """What a model must be to be asked."""
    ask: Callable[[Any, Pictures], list[Asked]]
    """Ask a model everything that there is to ask about pictures."""
    metrics: Mapping[str, Metric[Any]]
    """By name, the one that matters most first."""


TASKS: Registry[Task] = Registry("perception task")
"""Every task by name."""


def title(metric: str) -> str:
    """Return the name of a metric as people read it.

    >>> title("exact_match"), title("cider_d")
    ('exact match', 'CIDEr-D')
    """
    return TITLES.get(metric, metric.replace("_", " "))


def in_turn(
    rows: Sequence[tuple[int, str]],
    pictures: Pictures,
    ask: Callable[[Pixels, Sequence[str]], Sequence[T]],
) -> Iterator[T]:
    """Ask a model about (picture, sentence) rows, some at once, so that memory stays small.

    Raises:
        InvalidValueError: If the model gives more or fewer answers than it was asked for.
    """
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        said = ask(pictures.images[[i for i, _ in part]], [sentence for _, sentence in part])
        if len(said) != len(part):
            raise InvalidValueError(
                f"The model was asked {len(part)} times and answered {len(said)} times."
            )
        yield from said

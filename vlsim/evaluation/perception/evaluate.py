"""Ask a model everything that it can be asked, and put numbers beside those of the controls."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vlsim.annotations.program import NUMBERS
from vlsim.errors import InvalidValueError, NoDataError
from vlsim.evaluation.perception.task import TASKS, Asked, Pictures, Task
from vlsim.metrics import Metric

SCHEMA_VERSION = 1
FEW_ANSWERS, MOST_ANSWERS = 3, 12
"""Different answers that a kind of question has for a confusion matrix: yes and no need none."""


class Key(NamedTuple):
    """What was asked of which pictures."""

    task: str
    split: str


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was measured, and everything that the model said."""

    scores: list[dict[str, Any]]
    """A row for each task, split, kind of question ("" for all) and metric, with the estimates of
    the `model`, of the `blind` baseline, of the model shown `wrong_pictures`, and of the `bound`:
    what knows the scene and the grammar, where that is not perfect."""
    confusion: list[dict[str, Any]]
    """For kinds of questions with several answers how often which was given for which."""
    asked: dict[Key, list[Asked]]


def evaluate_model(
    model: object, splits: Mapping[str, Pictures], blind: object, *, exchange: bool = True
) -> Evaluation:
    """Ask a model about the pictures of every split.

    Args:
        model: It has methods of `vlsim.interface.perceiver`.
        splits: Pictures by the name of their split.
        blind: What answers without looking: a `Blind`, or a model that learned without pictures. It
            is asked what it can be asked, too.
        exchange: Whether the model is also shown wrong pictures; one that only knows given answers
            cannot be.

    Raises:
        InvalidValueError: If the model can do nothing that is asked, or answers in a wrong form.
    """
    scores, asked = [], {}
    for name, task in tasks_of(model).items():
        for split, pictures in splits.items():
            said = task.ask(model, pictures)
            if said:
                can_guess = isinstance(blind, task.protocol)
                controls = {
                    "blind": task.ask(blind, pictures) if can_guess else [],
                    "wrong_pictures": task.ask(model, _Exchanged(pictures)) if exchange else [],
                }
                asked[Key(name, split)] = said
                scores += _scores(Key(name, split), task, {"model": said, **controls})
    confusion = [
        matrix
        for (name, split), said in asked.items()
        if name == "vqa"
        for matrix in _confusion(split, said)
    ]
    return Evaluation(scores, confusion, asked)


def tasks_of(model: object) -> dict[str, Task]:
    """Return what a model can be asked.

    Raises:
        InvalidValueError: If that is nothing.
    """
    able = {name: task for name, task in TASKS.items() if isinstance(model, task.protocol)}
    if not able:
        asked_for = ", ".join(f"{name} ({task.description})" for name, task in TASKS.items())
        raise InvalidValueError(
            f"The model {type(model).__name__} can do nothing that is measured: {asked_for}. See "
            "docs/evaluating.md."
        )
    return able


class _Exchanged:
    """The same annotations, each with the picture of the one before."""

    def __init__(self, pictures: Pictures) -> None:
        self.images: NDArray[np.uint8] = np.roll(pictures.images, 1, axis=0)
        self.annotations = pictures.annotations


def _scores(key: Key, task: Task, said: Mapping[str, Sequence[Asked]]) -> list[dict[str, Any]]:
    kinds = sorted({each.kind for each in said["model"]})
    rows = []
    for kind in ["", *(kinds if len(kinds) > 1 else [])]:
        for metric in task.metrics:
            estimates = {
                who: _estimate(
                    task.metrics[metric],
                    [each.observation for each in asked if kind in ("", each.kind)],
                )
                for who, asked in said.items()
            }
            if estimates["model"] is not None:
                bounds = [
                    each.bound
                    for each in said["model"]
                    if kind in ("", each.kind) and each.bound is not None
                ]
                estimates["bound"] = _estimate(task.metrics[metric], bounds)
                rows.append({**key._asdict(), "kind": kind, "metric": metric, **estimates})
    return rows


def _estimate(metric: Metric[Any], observations: Sequence[Any]) -> dict[str, Any] | None:
    try:
        return metric(observations).to_json()
    except NoDataError:
        return None


def _confusion(split: str, said: Sequence[Asked]) -> list[dict[str, Any]]:
    matrices = []
    for kind in sorted({each.kind for each in said}):
        pairs = Counter((each.truth, each.said) for each in said if each.kind == kind)
        true = sorted({truth for truth, _ in pairs}, key=_place)
        if not FEW_ANSWERS <= len(true) <= MOST_ANSWERS:
            continue
        # What is never true is one column, however many such answers there are.
        counts = [[pairs[truth, answer] for answer in true] for truth in true]
        other = [
            sum(n for (truth, answer), n in pairs.items() if truth == row and answer not in true)
            for row in true
        ]
        matrices.append(
            {"split": split, "kind": kind, "answers": true, "counts": counts, "other": other}
        )
    return matrices


def _place(answer: str) -> tuple[int, str]:
    """Return what sorts answers: numbers by what they count, words by the alphabet."""
    return (NUMBERS.index(answer) if answer in NUMBERS else len(NUMBERS), answer)

"""Retrieval among all pictures, and sentences that differ in one word which makes them false."""

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.evaluation.perception.task import AT_ONCE, TASKS, Asked, Pictures, Task
from vlsim.interface.perceiver import Matching, Pixels
from vlsim.metrics import RANK_METRICS
from vlsim.metrics.retrieval import rank

MOST = 1000
"""Pictures to retrieve from: with more of them a recall would be another quantity."""
SHOWN = 5
"""Of each ranking."""


def ask_retrieval(model: Matching, pictures: Pictures) -> list[Asked]:
    """Rank the first captions of up to 1,000 pictures for each picture, and the other way round.

    A sentence that is a caption of several pictures is right for each of them.
    """
    numbers = [i for i, one in enumerate(pictures.annotations) if one.captions][:MOST]
    if not numbers:
        return []
    captions = [[each.text for each in pictures.annotations[i].captions] for i in numbers]
    sentences = [of_one[0] for of_one in captions]
    is_right = np.array([[text in of_one for text in sentences] for of_one in captions])
    scores = np.concatenate(
        [
            _scores(model, pictures.images[numbers[start : start + AT_ONCE]], sentences)
            for start in range(0, len(numbers), AT_ONCE)
        ]
    )
    asked = []
    for kind, table, right in (
        ("picture to sentence", scores, is_right),
        ("sentence to picture", scores.T, is_right.T),
    ):
        best = np.argsort(-table, axis=1, kind="stable")[:, :SHOWN]
        for row, ranked in enumerate(rank(table, right)):
            asked.append(
                Asked(
                    numbers[row],
                    kind,
                    sentences[row],
                    "\n".join(sentences[column] for column in best[row]),
                    sentences[row],
                    ranked,
                    ranked.rank == 1,
                    ranking=tuple(numbers[column] for column in best[row]),
                )
            )
    return asked


def ask_pairs(model: Matching, pictures: Pictures) -> list[Asked]:
    """Ask which of two sentences is true of a picture; one word tells them apart."""
    asked = []
    for i, one in enumerate(pictures.annotations):
        if not one.pairs:
            continue
        sentences = [text for pair in one.pairs for text in (pair.text, pair.negative)]
        scores = _scores(model, pictures.images[i : i + 1], sentences).reshape(-1, 2)
        ranks = rank(scores, np.tile([True, False], (len(scores), 1)))
        for pair, ranked in zip(one.pairs, ranks, strict=True):
            said = pair.text if ranked.rank == 1 else pair.negative
            asked.append(Asked(i, "", pair.negative, said, pair.text, ranked, ranked.rank == 1))
    return asked


def _scores(model: Matching, images: Pixels, sentences: list[str]) -> NDArray[np.float64]:
    scores = np.asarray(model.match(images, sentences), dtype=np.float64)
    if scores.shape != (len(images), len(sentences)):
        raise InvalidValueError(
            f"The model matched {len(images)} pictures with {len(sentences)} sentences, and gave "
            f"scores of shape {scores.shape}."
        )
    return scores


TASKS.add(
    "retrieval",
    Task(
        "the sentence of a picture, and the picture of a sentence, among up to 1,000",
        Matching,
        ask_retrieval,
        {name: metric for name, metric in RANK_METRICS.items() if name != "mean_reciprocal_rank"},
    ),
)
TASKS.add(
    "hard negatives",
    Task(
        "which of two sentences is true, where one word is changed",
        Matching,
        ask_pairs,
        {"accuracy": RANK_METRICS["recall_at_1"]},
    ),
)

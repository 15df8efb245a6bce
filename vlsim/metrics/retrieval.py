"""Retrieval: at which place of a ranked list the right one stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate, Metric, need
from vlsim.metrics.intervals import Numbers, median, student, wilson
from vlsim.registry import Registry

CUTS = (1, 5, 10)


@dataclass(frozen=True)
class Ranked:
    """One query: the place of the best right candidate, 1 for the first."""

    rank: int


RANK_METRICS: Registry[Metric[Ranked]] = Registry("rank metric")
"""Every metric of ranks by name."""


def rank(scores: Numbers, is_right: NDArray[np.bool_]) -> list[Ranked]:
    """Rank the candidates of each query by their scores, ties against the right one.

    So what scores every candidate alike is last, and not right by chance.

    >>> scores = np.array([[0.9, 0.1, 0.5], [0.2, 0.2, 0.2]])
    >>> rank(scores, np.array([[False, False, True], [True, False, False]]))
    [Ranked(rank=2), Ranked(rank=3)]

    Args:
        scores: Of each candidate for each query, larger is better. Shape (N, M).
        is_right: Which candidates are right; of several the best counts. Shape (N, M).

    Raises:
        InvalidValueError: If shapes differ, a score is not finite, or a query has no right one.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.shape != is_right.shape or scores.ndim != 2:
        raise InvalidValueError(
            f"Scores and right ones must have one shape (N, M), got {scores.shape} and "
            f"{is_right.shape}."
        )
    if not np.isfinite(scores).all():
        raise InvalidValueError("Scores must be finite; some are not.")
    if not is_right.any(1).all():
        lone = int(np.argmin(is_right.any(1)))
        raise InvalidValueError(f"Query {lone} has no right candidate.")
    best = np.where(is_right, scores, -np.inf).max(1)
    ahead = ((scores >= best[:, None]) & ~is_right).sum(1)
    return [Ranked(int(n) + 1) for n in ahead]


@dataclass(frozen=True)
class RecallAt:
    """Share of queries with a right candidate among the first k. Higher is better.

    It is the recall of the retrieval literature; where a query has several right candidates it
    counts whether one is found, which others call the hit rate. Interval: Wilson, 95 %.

    >>> str(RecallAt(5)([Ranked(1), Ranked(5), Ranked(6), Ranked(2)]))
    '0.75 [0.30, 0.95] n=4'
    """

    k: int

    @property
    def description(self) -> str:
        """What it is, in one line."""
        found = "first" if self.k == 1 else f"among the first {self.k}"
        return f"Share of queries whose right candidate is {found}."

    def __call__(self, ranked: Sequence[Ranked]) -> Estimate:
        """Return the recall of queries."""
        n = need(ranked, f"recall_at_{self.k}", "query")
        return wilson(sum(each.rank <= self.k for each in ranked), n)


for cut in CUTS:
    RANK_METRICS.add(f"recall_at_{cut}", RecallAt(cut))


@RANK_METRICS.register("mean_reciprocal_rank")
def mean_reciprocal_rank(ranked: Sequence[Ranked]) -> Estimate:
    """Mean of 1 / rank with its 95 % t interval. Higher is better.

    >>> str(mean_reciprocal_rank([Ranked(1), Ranked(2)]))
    '0.75 [-2.43, 3.93] n=2'
    """
    need(ranked, "mean_reciprocal_rank", "query")
    return student([1 / each.rank for each in ranked])


@RANK_METRICS.register("median_rank")
def median_rank(ranked: Sequence[Ranked]) -> Estimate:
    """Median of the ranks, with its 95 % interval by order statistics. Lower is better.

    >>> str(median_rank([Ranked(r) for r in (1, 1, 1, 1, 2, 2, 3, 4, 90)]))
    '2.00 [1.00, 4.00] n=9'
    """
    need(ranked, "median_rank", "query")
    return median([each.rank for each in ranked])

"""A thing with what its raters said of it."""

from dataclasses import dataclass

from vlsim.metrics.base import Metric
from vlsim.registry import Registry

Rating = str | float


@dataclass(frozen=True)
class Rated:
    """One thing: what each rater who judged it said. The order of the raters does not matter."""

    ratings: tuple[Rating, ...]


RATING_METRICS: Registry[Metric[Rated]] = Registry("rating metric")
"""Every measure of agreement by name."""

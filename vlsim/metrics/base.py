"""An estimate is a value with its 95 % interval and its n; a metric makes one from observations."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from vlsim.errors import NoDataError
from vlsim.records import Episode
from vlsim.registry import Registry


@dataclass(frozen=True)
class Estimate:
    """A measured number with its uncertainty.

    >>> str(Estimate(value=0.8, low=0.4902, high=0.9433, n=10))
    '0.80 [0.49, 0.94] n=10'
    """

    value: float
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of the 95 % interval."""
    n: int
    """Observations behind the value."""

    def __str__(self) -> str:
        """Write the value, its interval and n."""
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}] n={self.n}"

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; an end that is not finite (one observation) is null."""
        low, high = (end if math.isfinite(end) else None for end in (self.low, self.high))
        return {"value": self.value, "low": low, "high": high, "n": self.n}


Observation = TypeVar("Observation")

Metric = Callable[[Sequence[Observation]], Estimate]
"""Observations in any order give the same estimate; none at all is an error."""

METRICS: Registry[Metric[Episode]] = Registry("metric")
"""Every metric of episodes by name."""


def need(observations: Sequence[object], metric: str, noun: str = "episode") -> int:
    """Return how many observations there are; none at all is an error, never a zero."""
    if not observations:
        raise NoDataError(f"{metric} needs at least one {noun}, got none.")
    return len(observations)

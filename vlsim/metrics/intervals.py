"""95 % intervals of a share (Wilson), a mean (Student's t), a median, and what sums decide.

`scipy.stats` takes a second to import, so each function imports it when it is first called.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate
from vlsim.seeding import stream

Numbers = NDArray[np.floating[Any]]

SHARE = 0.95
"""Share of experiments whose interval holds the truth."""
RESAMPLES = 1000
"""Of a bootstrap."""
AT_ONCE = 50
"""Resamples drawn together, so that memory stays small."""


# SciPy takes a millisecond, and comparisons ask for the same few counts again and again.
@lru_cache(maxsize=4096)
def wilson(successes: int, n: int) -> Estimate:
    """Share of successes with its Wilson score interval, which stays within [0, 1].

    >>> e = wilson(81, 263)
    >>> f"{e.low:.4f} {e.high:.4f}"
    '0.2553 0.3662'

    Source:
        E. B. Wilson, 1927, doi 10.1080/01621459.1927.10502953.
    """
    if not 0 <= successes <= n or n == 0:
        raise InvalidValueError(f"successes must lie in [0, n] with n > 0, got {successes} of {n}.")
    from scipy.stats import binomtest

    interval = binomtest(successes, n).proportion_ci(SHARE, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high), n)


def student(values: Sequence[float]) -> Estimate:
    """Mean with its t interval; a single value has an interval without ends.

    >>> e = student([1.0, 2.0, 3.0])
    >>> f"{e.value} {e.low:.4f} {e.high:.4f}"
    '2.0 -0.4841 4.4841'
    """
    n = len(values)
    if n == 0 or not all(math.isfinite(v) for v in values):
        raise InvalidValueError(f"A mean needs finite values, got {n} values: {list(values)[:5]}.")
    # fsum is exact, so the order of the episodes cannot change the last bit.
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(mean, -math.inf, math.inf, n)
    from scipy.stats import t

    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    half = float(t.ppf((1 + SHARE) / 2, n - 1)) * deviation / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def median(values: Sequence[float]) -> Estimate:
    """Median with its interval by order statistics, which supposes nothing of the distribution.

    >>> str(median([3, 1, 2, 5, 4, 6, 7, 9, 8]))
    '5.00 [2.00, 8.00] n=9'

    Returns:
        The middle value, or the mean of the middle two. Too few values have no ends.

    Source:
        W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 1999, section 3.2.
    """
    n = len(values)
    if n == 0:
        raise InvalidValueError("A median needs values, got none.")
    from scipy.stats import quantile_test

    interval = quantile_test(values, p=0.5).confidence_interval(SHARE)
    low, high = (
        float(end) if math.isfinite(end) else sign * math.inf
        for end, sign in ((interval.low, -1), (interval.high, 1))
    )
    return Estimate(float(np.median(values)), low, high, n)


def bootstrap(rows: Sequence[Sequence[float]], statistic: Callable[[Numbers], Numbers]) -> Estimate:
    """Statistic of the sums over observations with its percentile bootstrap interval.

    >>> def ratio(sums):
    ...     return sums[..., 0] / sums[..., 1]
    >>> str(bootstrap([(1, 2), (2, 2), (1, 2), (0, 2)], ratio))
    '0.50 [0.12, 0.88] n=4'

    Args:
        rows: What each observation adds. Shape (n, k).
        statistic: From sums, shape (..., k), to values, shape (...).

    Returns:
        An estimate that is the same for rows in any order. A single row has no ends.

    Source:
        B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    n = len(rows)
    if n == 0:
        raise InvalidValueError("A bootstrap needs rows, got none.")
    table = np.array(sorted(map(tuple, rows)), dtype=float)
    value = float(statistic(table.sum(0)))
    if n == 1:
        return Estimate(value, -math.inf, math.inf, n)
    rng = stream(0, "bootstrap", n)
    even = np.full(n, 1 / n)
    values = np.concatenate(
        [
            statistic(rng.multinomial(n, even, size=AT_ONCE) @ table)
            for _ in range(RESAMPLES // AT_ONCE)
        ]
    )
    low, high = np.nanquantile(values, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return Estimate(value, float(low), float(high), n)

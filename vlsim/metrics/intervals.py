"""95 % intervals of a share (Wilson) and of a mean (Student's t).

`scipy.stats` takes a second to import, so each function imports it when it is first called.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate

SHARE = 0.95
"""Share of experiments whose interval holds the truth."""


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

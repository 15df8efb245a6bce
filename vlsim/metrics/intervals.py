"""95 % intervals of a share (Wilson) and of a mean (Student's t), without SciPy."""

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate

Z = NormalDist().inv_cdf(0.975)
"""Normal quantile of a two-sided 95 % interval, 1.95996…"""


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
    share = successes / n
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    # At 0 and n the formula gives the bound exactly; rounding must not leave it by 1e-17.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Estimate(share, low, high, n)


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
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    half = student_quantile(n - 1) * deviation / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


@cache
def student_quantile(freedom: int) -> float:
    """Return t such that |T| < t with probability 0.95; `freedom` is a positive integer.

    Source:
        Abramowitz and Stegun, 26.7.3 and 26.7.4: a finite sum in theta = atan(t / sqrt(freedom)),
        solved for theta by bisection.
    """
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        theta = (low + high) / 2
        low, high = (theta, high) if _within(theta, freedom) < 0.95 else (low, theta)
    return math.tan(low) * math.sqrt(freedom)


def _within(theta: float, freedom: int) -> float:
    sine, cosine = math.sin(theta), math.cos(theta)
    odd = freedom % 2
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for k in range(2 + odd, freedom + 1, 2):
        total += term
        term *= (k - 1) / k * cosine**2
    return 2 / math.pi * (theta + sine * total) if odd else sine * total

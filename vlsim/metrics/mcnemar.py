"""Which of two is better when both met the same episodes: paired difference and exact test."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.metrics.intervals import wilson
from vlsim.records import Episode


@dataclass(frozen=True)
class PairedDifference:
    """Success of the first minus success of the second, on the same seeds."""

    difference: float
    low: float
    """Lower end of the 95 % interval (Newcombe's score interval for pairs)."""
    high: float
    """Upper end of the 95 % interval."""
    p_value: float
    """Exact two-sided McNemar test of "both succeed equally often"."""
    only_first: int
    """Episodes in which only the first succeeded."""
    only_second: int
    """Episodes in which only the second succeeded."""
    n: int
    """Pairs."""

    def __str__(self) -> str:
        """Write the difference, its interval, p and n."""
        interval = f"[{self.low:+.2f}, {self.high:+.2f}]"
        return f"{self.difference:+.2f} {interval} p={self.p_value:.2g} n={self.n}"

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self)


def paired_difference(first: Sequence[Episode], second: Sequence[Episode]) -> PairedDifference:
    """Compare two lists of episodes that met the same seeds, in any order.

    >>> from types import SimpleNamespace as Record
    >>> def episodes(wins):
    ...     return [Record(seed=seed, success_once=win == "1") for seed, win in enumerate(wins)]
    >>> d = paired_difference(episodes("1111110"), episodes("0000010"))
    >>> d.only_first, d.only_second, d.n, d.p_value
    (5, 0, 7, 0.0625)

    Raises:
        InvalidValueError: If a list is empty, repeats a seed, or the seeds differ.
    """
    wins = [{e.seed: e.success_once for e in episodes} for episodes in (first, second)]
    if not first or len(wins[0]) != len(first) or len(wins[1]) != len(second):
        raise InvalidValueError("Pairs need episodes with each seed once on both sides.")
    if wins[0].keys() != wins[1].keys():
        lone = sorted(wins[0].keys() ^ wins[1].keys())
        raise InvalidValueError(
            f"Pairs need the same seeds on both sides; {len(lone)} are on one only: {lone[0]}, …"
        )
    pairs = [(win, wins[1][seed]) for seed, win in wins[0].items()]
    both, only_first, only_second = (
        pairs.count(pair) for pair in ((True, True), (True, False), (False, True))
    )
    n = len(pairs)
    low, high = newcombe(both, only_first, only_second, n - both - only_first - only_second)
    return PairedDifference(
        difference=(only_first - only_second) / n,
        low=low,
        high=high,
        p_value=mcnemar(only_first, only_second),
        only_first=only_first,
        only_second=only_second,
        n=n,
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value: is a pair that differs as likely to favour either side?

    >>> mcnemar(5, 0)
    0.0625
    """
    if only_first == only_second:
        return 1.0
    # Imported when it is needed: it takes a second.
    from scipy.stats import binomtest

    return float(binomtest(only_first, only_first + only_second).pvalue)


def newcombe(both: int, only_first: int, only_second: int, neither: int) -> tuple[float, float]:
    """95 % interval of the difference of two paired shares.

    >>> low, high = newcombe(20, 12, 2, 16)
    >>> f"{low:.4f} {high:.4f}"
    '0.0562 0.3292'

    Source:
        R. G. Newcombe, Improved confidence intervals for the difference between binomial
        proportions based on paired data, Statistics in Medicine 17 (1998) 2635-2650, method 10: two
        Wilson intervals joined through their correlation, which is continuity-corrected.
    """
    n = both + only_first + only_second + neither
    one, two = wilson(both + only_first, n), wilson(both + only_second, n)
    product = both * neither - only_first * only_second
    corrected = max(product - n / 2, 0.0) if product > 0 else float(product)
    margins = (
        (both + only_first)
        * (only_second + neither)
        * (both + only_second)
        * (only_first + neither)
    )
    correlation = corrected / math.sqrt(margins) if margins else 0.0
    difference = one.value - two.value

    def join(a: float, b: float) -> float:
        return math.sqrt(max(a * a - 2 * correlation * a * b + b * b, 0.0))

    return (
        max(difference - join(one.value - one.low, two.high - two.value), -1.0),
        min(difference + join(one.high - one.value, two.value - two.low), 1.0),
    )

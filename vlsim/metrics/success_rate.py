"""How often the goal was reached."""

from collections.abc import Sequence

from vlsim.metrics.base import METRICS, Estimate, need
from vlsim.metrics.intervals import wilson
from vlsim.records import Episode


@METRICS.register("success_rate")
def success_rate(episodes: Sequence[Episode]) -> Estimate:
    """Share of episodes in which the goal held after at least one step. Higher is better.

    The interval is Wilson's, 95 %. This is the headline number of every table.

    >>> from types import SimpleNamespace as Record
    >>> str(success_rate([Record(success_once=i < 8) for i in range(10)]))
    '0.80 [0.49, 0.94] n=10'
    """
    n = need(episodes, "success_rate")
    return wilson(sum(e.success_once for e in episodes), n)

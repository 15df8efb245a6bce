"""How often the goal held when the episode was over."""

from collections.abc import Sequence

from vlsim.metrics.base import METRICS, Estimate, need
from vlsim.metrics.intervals import wilson
from vlsim.records import Episode


@METRICS.register("success_at_end")
def success_at_end(episodes: Sequence[Episode]) -> Estimate:
    """Share of episodes in which the goal held after the last step. Higher is better.

    It is below `success_rate` when a policy reaches the goal and then spoils it.

    >>> from types import SimpleNamespace as Record
    >>> str(success_at_end([Record(success_at_end=i < 8) for i in range(10)]))
    '0.80 [0.49, 0.94] n=10'
    """
    n = need(episodes, "success_at_end")
    return wilson(sum(e.success_at_end for e in episodes), n)

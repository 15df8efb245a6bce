"""How much reward an episode brought."""

from collections.abc import Sequence

from vlsim.metrics.base import METRICS, Estimate, need
from vlsim.metrics.intervals import student
from vlsim.records import Episode


@METRICS.register("mean_return")
def mean_return(episodes: Sequence[Episode]) -> Estimate:
    """Mean undiscounted return with its 95 % t interval. Higher is better.

    >>> from types import SimpleNamespace as Record
    >>> str(mean_return([Record(return_=r) for r in (1.0, 2.0, 3.0)]))
    '2.00 [-0.48, 4.48] n=3'
    """
    need(episodes, "mean_return")
    return student([e.return_ for e in episodes])

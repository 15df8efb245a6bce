"""How long an episode took."""

from collections.abc import Sequence

from vlsim.metrics.base import METRICS, Estimate, need
from vlsim.metrics.intervals import student
from vlsim.records import Episode


@METRICS.register("mean_steps")
def mean_steps(episodes: Sequence[Episode]) -> Estimate:
    """Mean number of steps with its 95 % t interval. Lower is better.

    Failed episodes count with all their steps, so a policy cannot look fast by giving up late.

    >>> from types import SimpleNamespace as Record
    >>> str(mean_steps([Record(steps=s) for s in (10, 20, 30)]))
    '20.00 [-4.84, 44.84] n=3'
    """
    need(episodes, "mean_steps")
    return student([float(e.steps) for e in episodes])

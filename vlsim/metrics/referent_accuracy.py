"""How often the policy acted on the object that the instruction names."""

from collections.abc import Sequence

from vlsim.metrics.base import METRICS, Estimate, need
from vlsim.metrics.intervals import wilson
from vlsim.records import Episode


@METRICS.register("referent_accuracy")
def referent_accuracy(episodes: Sequence[Episode]) -> Estimate:
    """Share of episodes with the right object, of those in which any was acted on.

    Higher is better. n counts the episodes in which some object was acted on. A policy that never
    touches anything has no referent accuracy: that raises, as no data would.

    >>> from types import SimpleNamespace as Record
    >>> acted = [Record(referent=1, attempted=1)] * 3 + [Record(referent=1, attempted=0)]
    >>> str(referent_accuracy([*acted, Record(referent=1, attempted=None)]))
    '0.75 [0.30, 0.95] n=4'
    """
    acted = [e for e in episodes if e.attempted is not None]
    n = need(acted, "referent_accuracy")
    return wilson(sum(e.attempted == e.referent for e in acted), n)

"""Places: whether the box or the point that a model gives is on the thing that was meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Box
from vlsim.metrics.base import Estimate, Metric, need
from vlsim.metrics.intervals import wilson
from vlsim.registry import Registry

ENOUGH = 0.5


@dataclass(frozen=True)
class Located:
    """One expression: the box and the point that were given, and the box of what is meant."""

    box: Box
    truth: Box
    point: tuple[float, float] | None = None
    """Where the model looks, (u, v); None for the middle of its box."""

    def __post_init__(self) -> None:
        """Refuse a true box without a size."""
        if not (self.truth[0] < self.truth[2] and self.truth[1] < self.truth[3]):
            raise InvalidValueError(f"A box must be u0 < u1, v0 < v1, got {self.truth}.")


PLACE_METRICS: Registry[Metric[Located]] = Registry("place metric")
"""Every metric of places by name."""


@PLACE_METRICS.register("box_accuracy")
def box_accuracy(located: Sequence[Located]) -> Estimate:
    """Share of boxes with at least half in common with the true one. Higher is better.

    That is, an intersection over union of 0.5. Interval: Wilson, 95 %.

    >>> truth = (0, 0, 2, 2)
    >>> half, quarter = Located((0, 0, 1, 2), truth), Located((0, 0, 1, 1), truth)
    >>> str(box_accuracy([half, quarter]))
    '0.50 [0.09, 0.91] n=2'
    """
    n = need(located, "box_accuracy", "box")
    return wilson(sum(overlap(each.box, each.truth) >= ENOUGH for each in located), n)


@PLACE_METRICS.register("grounding_accuracy")
def grounding_accuracy(located: Sequence[Located]) -> Estimate:
    """Share of points that lie in the true box, the pointing game. Higher is better.

    Interval: Wilson, 95 %.

    >>> truth = (0, 0, 2, 2)
    >>> on, off = Located((0, 0, 1, 1), truth), Located(truth, truth, point=(3, 1))
    >>> str(grounding_accuracy([on, off]))
    '0.50 [0.09, 0.91] n=2'

    Source:
        J. Zhang et al., Top-down Neural Attention by Excitation Backprop, ECCV 2016, section 4.1,
        without its margin of 15 pixels.
    """
    n = need(located, "grounding_accuracy", "point")
    return wilson(sum(is_on(each) for each in located), n)


def overlap(first: Box, second: Box) -> float:
    """Return the intersection over union of two boxes; 0 if either has no size.

    >>> overlap((0, 0, 2, 1), (1, 0, 3, 1))
    0.3333333333333333
    """
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (_area(first) + _area(second) - common)


def is_on(located: Located) -> bool:
    """Whether the point lies in the true box.

    >>> is_on(Located((4, 4, 6, 6), truth=(0, 0, 5, 5)))
    True
    """
    u, v = located.point or _middle(located.box)
    u0, v0, u1, v1 = located.truth
    return u0 <= u <= u1 and v0 <= v <= v1


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])

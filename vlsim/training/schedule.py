"""How the learning rate of a stage rises and falls."""

import math

RISE = 0.1
"""Share of the steps over which the learning rate grows."""
LOWEST = 1e-3
"""The learning rate never falls below this share of the largest one."""


def one_cycle(share: float) -> float:
    """Return the share of the largest learning rate when `share` of the steps is done.

    Up over the first tenth, then down a half cosine.

    >>> [round(one_cycle(share), 3) for share in (0.0, 0.05, 0.1, 0.55, 1.0)]
    [0.001, 0.5, 1.0, 0.5, 0.001]
    """
    rise = min(1.0, share / RISE)
    fall = 0.5 * (1 + math.cos(math.pi * max(0.0, share - RISE) / (1 - RISE)))
    return max(rise * fall, LOWEST)

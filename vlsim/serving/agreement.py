"""How far a policy does what the expert does, and whether that is chance."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.interface.action import ActionSpec
from vlsim.serving.probe import Numbers, Probe

VARIES = 0.1
"""Least standard deviation of a channel of the expert's that says something."""
DRAWS, QUANTILE = 200, 0.01
"""How often episodes are drawn anew, and which of the draws counts."""
Rows = NDArray[np.int64]


def telling(found: Probe, spec: ActionSpec) -> list[int]:
    """Return the channels in which the expert does different things in different states."""
    if spec.choices:
        return []
    varies: list[int] = np.flatnonzero(found.expert.std(axis=0) > VARIES).tolist()
    return varies


def correlations(ours: Numbers, theirs: Numbers) -> Numbers:
    """Return Pearson's correlation of each column with each; 0 where one does not vary. (A, A).

    >>> ours = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, -1.0]])
    >>> correlations(ours, ours).round(6).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    a, b = (x - x.mean(axis=0) for x in (ours, theirs))
    sizes = np.outer(np.linalg.norm(a, axis=0), np.linalg.norm(b, axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sizes > 1e-9, (a.T @ b) / sizes, 0.0)


def agreement(found: Probe, told: list[int], rows: Rows | slice = slice(None)) -> float:
    """Return the mean correlation of some channels with the expert's, in some states; at most 1."""
    if not told:
        return 0.0
    table = correlations(found.again[rows], found.expert[rows])
    return float(table[told, told].mean())


def share_gained(before: float, after: float) -> float:
    """Return which share of what is missing to 1 is gained.

    >>> round(share_gained(0.2, 0.6), 6)
    0.5
    """
    return (after - before) / (1 - before + 1e-9)


def surely_gained(found: Probe, gain: Callable[[Rows], float]) -> float:
    """Return the least gain in 99 of 100 draws of the episodes, with repetition.

    Args:
        found: Where the episodes come from.
        gain: What is gained in some states.
    """
    return float(np.quantile([gain(rows) for rows in _drawn(found)], QUANTILE))


def _drawn(found: Probe) -> Iterator[Rows]:
    rng = seeding.stream(0, "contract", "draws")
    episodes = np.unique(found.episode)
    states = {e: np.flatnonzero(found.episode == e) for e in episodes}
    for _ in range(DRAWS):
        yield np.concatenate([states[e] for e in rng.choice(episodes, len(episodes))])

"""How far things are from being together, apart, or in a row: metres, for many cases at once.

S cases of n things. Points are centres, shape (S, n, 2), metres, world frame; gaps are between
outlines. What is returned, shape (S,), is 0 where nothing is lacking, and grows with what is.
"""

import numpy as np

from vlsim.world import Array


def gaps_between(points: Array, radii: Array) -> Array:
    """Return the gap between each two of n things with these radii (n,). Shape (S, n, n)."""
    x, y = points[..., 0], points[..., 1]
    dx, dy = x[:, :, None] - x[:, None], y[:, :, None] - y[:, None]
    # Five times as fast as `hypot`, which guards against squares that overflow.
    return np.asarray(np.sqrt(dx * dx + dy * dy) - (radii[:, None] + radii))


def scattering(gaps: Array, most: float) -> Array:
    """Return by how much gaps (S, n, n) are wider than `most` where all things hang together.

    Of all ways to join the things by n - 1 gaps the one with the smallest gaps counts: a cluster
    may have any form.

    >>> gaps = np.array([[[0.0, 0.02, 0.09], [0.02, 0.0, 0.05], [0.09, 0.05, 0.0]]])
    >>> scattering(gaps, 0.03).round(3)
    array([0.02])
    """
    cases = np.arange(len(gaps))
    nearest, total = gaps[:, 0].copy(), np.zeros(len(gaps))
    nearest[:, 0] = np.inf
    for _ in range(gaps.shape[1] - 1):
        joined = nearest.argmin(axis=1)
        total += np.maximum(0.0, nearest[cases, joined] - most)
        is_in = np.isinf(nearest)
        nearest = np.minimum(nearest, gaps[cases, joined])
        nearest[is_in] = np.inf
        nearest[cases, joined] = np.inf
    return total


def crowding(gaps: Array, least: float, pairs: Array) -> Array:
    """Return by how much the gaps of the pairs, a mask (n, n), fall short of `least`.

    >>> gaps = np.array([[[0.0, 0.02], [0.02, 0.0]]])
    >>> crowding(gaps, 0.05, ~np.eye(2, dtype=bool)).round(3)
    array([0.03])
    """
    return np.asarray((np.maximum(0.0, least - gaps) * np.triu(pairs, 1)).sum(axis=(1, 2)))


def crookedness(points: Array, radii: Array, tolerance: float, least: float, most: float) -> Array:
    """Return by how much things are off a row: off its line, too close in it, or too far apart.

    The line is the one through the two that are farthest from each other, whatever its direction.

    Args:
        points: Centres.
        radii: Of the things (n,), metres.
        tolerance: How far beside the line a centre may be, metres.
        least: Smallest gap between neighbours along the line, metres.
        most: Largest one, metres.
    """
    cases, n = np.arange(len(points)), points.shape[1]
    ways = points[:, :, None] - points[:, None]
    far = (ways * ways).sum(axis=3)
    first, last = np.divmod(far.reshape(-1, n * n).argmax(1), n)
    start = points[cases, first]
    line = points[cases, last] - start
    line /= np.maximum(np.hypot(line[:, 0], line[:, 1]), 1e-9)[:, None]
    rel = points - start[:, None]
    along = rel[..., 0] * line[:, None, 0] + rel[..., 1] * line[:, None, 1]
    across = np.abs(rel[..., 0] * line[:, None, 1] - rel[..., 1] * line[:, None, 0])
    order = along.argsort(axis=1, kind="stable")
    sizes = radii[order]
    steps = np.diff(np.take_along_axis(along, order, 1), axis=1) - sizes[:, 1:] - sizes[:, :-1]
    return np.asarray(
        np.maximum(0.0, across - tolerance).sum(1)
        + np.maximum(0.0, steps - most).sum(1)
        + np.maximum(0.0, least - steps).sum(1)
    )

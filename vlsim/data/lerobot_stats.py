"""Statistics of the features of a LeRobot dataset, of an episode or of all."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

QUANTILES = {"q01": 0.01, "q10": 0.1, "q50": 0.5, "q90": 0.9, "q99": 0.99}
LEVELS = np.arange(256) / 255
"""Values of a colour channel, as networks see them."""

Stats = dict[str, list[Any]]


def stats_of_numbers(values: NDArray[Any]) -> Stats:
    """Return smallest, largest, mean, spread, count and quantiles of every entry.

    >>> found = stats_of_numbers(np.array([[1.0], [3.0]]))
    >>> found["mean"], found["std"], found["q50"], found["count"]
    ([2.0], [1.0], [2.0], [2])

    Args:
        values: Shape (N, A).
    """
    numbers = values.astype(np.float64)
    found = {name: np.quantile(numbers, share, axis=0) for name, share in QUANTILES.items()}
    found |= {
        "min": numbers.min(0),
        "max": numbers.max(0),
        "mean": numbers.mean(0),
        "std": numbers.std(0),
    }
    return {**{name: value.tolist() for name, value in found.items()}, "count": [len(values)]}


def histogram(pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count the values of each colour channel of pictures (N, H, W, 3). Shape (3, 256)."""
    return np.stack([np.bincount(pictures[..., c].ravel(), minlength=256) for c in range(3)])


def stats_of_pictures(counts: NDArray[np.int64], n_pictures: int) -> Stats:
    """Return the same of the colour channels, in [0, 1], each as (3, 1, 1), from a histogram.

    Args:
        counts: Of `histogram`, or a sum of some. Shape (3, 256).
        n_pictures: How many pictures they come from.
    """
    shares = counts / counts.sum(1, keepdims=True)
    mean = shares @ LEVELS
    cumulated = shares.cumsum(1)
    found = {
        name: LEVELS[[int(np.searchsorted(row, share)) for row in cumulated]]
        for name, share in QUANTILES.items()
    }
    found |= {
        "min": LEVELS[(counts > 0).argmax(1)],
        "max": LEVELS[255 - (counts[:, ::-1] > 0).argmax(1)],
        "mean": mean,
        "std": np.sqrt(np.maximum(shares @ LEVELS**2 - mean**2, 0)),
    }
    pictured: Stats = {name: value.reshape(3, 1, 1).tolist() for name, value in found.items()}
    return {**pictured, "count": [n_pictures]}


def flat_stats(stats: Iterable[tuple[str, Stats]]) -> dict[str, list[Any]]:
    """Return the statistics of features under the names that a table of episodes has."""
    return {
        f"stats/{feature}/{name}": value for feature, own in stats for name, value in own.items()
    }

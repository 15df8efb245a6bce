"""Axes with round numbers: 1 m/s, 4 m/s², 40 m/s³, in a box from -1 to 1, 10 times a second."""

import numpy as np

from vlsim.deploy.running.limits import Axes

PERIOD = 0.1


def round_axes(n: int = 2, jerk: float = 1e6) -> Axes:
    def each(value: float) -> np.ndarray:
        return np.full(n, value)

    names = (*(f"x{i}" for i in range(n - 1)), "opening")
    return Axes(names, each(-1.0), each(1.0), each(1.0), each(4.0), each(jerk), each(0.5))

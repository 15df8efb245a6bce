"""How pictures and measurements are mistaken for something else, and what undoes it.

Each is what a policy has to be shown if its side makes that mistake: if it acts better so, the
mistake is made.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.observation import IMAGE, PROPRIO
from vlsim.interface.policy import Observations
from vlsim.serving.probe import Change

Pictures = NDArray[np.uint8]


def misreadings(proprio: NDArray[np.float64]) -> dict[str, Change]:
    """Return what undoes each mistake, by what it is in words.

    Args:
        proprio: What was measured in the states of a probe. Shape (N, P).
    """
    middle, spread = proprio.mean(axis=0), np.maximum(proprio.std(axis=0), 1e-3)
    return {
        "its pictures are BGR, not RGB": _pictures(lambda p: p[..., ::-1]),
        "its pictures are upside down": _pictures(lambda p: p[:, ::-1]),
        "its pictures are mirrored": _pictures(lambda p: p[:, :, ::-1]),
        "its pictures are CHW, not HWC": _pictures(
            lambda p: p.transpose(0, 3, 1, 2).reshape(p.shape)
        ),
        "its pictures are HWC, not CHW": _pictures(
            lambda p: p.reshape(len(p), 3, *p.shape[1:3]).transpose(0, 2, 3, 1)
        ),
        "its state is not normalised": _measured(lambda x: (x - middle) / spread),
        "its state is normalised twice": _measured(lambda x: x * spread + middle),
    }


def _pictures(turn: Callable[[Pictures], Pictures]) -> Change:
    def change(observations: Observations) -> Observations:
        pictures = {
            key: np.ascontiguousarray(turn(array))
            for key, array in observations.items()
            if key == IMAGE or key.startswith(f"{IMAGE}_")
        }
        return observations | pictures

    return change


def _measured(turn: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Change:
    def change(observations: Observations) -> Observations:
        return observations | {PROPRIO: turn(observations[PROPRIO]).astype(np.float32)}

    return change

"""Sensing and acting: noise in what is measured, and late pictures and actions.

These terms only say how much, and how noise is added: `vlsim.envs.sensors` carries them out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.scene.randomization.distributions import Choice, Distribution, Uniform
from vlsim.scene.randomization.term import Extent, Term, drawn

MAX_LATENCY = 3
"""Steps."""


@dataclass(frozen=True, kw_only=True)
class NoiseTerm(Term):
    """Standard deviations of normal noise, which is new at every step.

    Args:
        position: In the measured position of the end effector, metres.
        yaw: In its measured yaw, and as much in its measured tilt, radians.
        opening: In the measured opening of the gripper, metres.
        pixels: In every channel of every pixel, grey levels out of 255.
        depth: In every pixel of the depth, metres.
    """

    name = "noise"
    position: Distribution = drawn(Uniform(0.0, 0.004), Extent(0.0, 0.1))
    yaw: Distribution = drawn(Uniform(0.0, 0.02), Extent(0.0, 1.0))
    opening: Distribution = drawn(Uniform(0.0, 0.002), Extent(0.0, 0.05))
    pixels: Distribution = drawn(Uniform(0.0, 10.0), Extent(0.0, 100.0))
    depth: Distribution = drawn(Uniform(0.0, 0.005), Extent(0.0, 0.5))


@dataclass(frozen=True, kw_only=True)
class LatencyTerm(Term):
    """Delays of 0 to 3 steps, a tenth of a second each.

    Args:
        action: Steps from the call with an action until the arm obeys it.
        observation: Age of the pictures and measurements, steps.
    """

    name = "latency"
    action: Distribution = drawn(Choice((0, 1, 2, 3)), Extent(0, MAX_LATENCY, whole=True))
    observation: Distribution = drawn(Choice((0, 1, 2, 3)), Extent(0, MAX_LATENCY, whole=True))


def noisy(values: NDArray[Any], std: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return `values` with normal noise of standard deviation `std` in every entry."""
    grains = rng.standard_normal(values.shape, np.float32)
    return np.asarray(values + np.float32(std) * grains, np.float32)


def noisy_picture(
    rgb: NDArray[np.uint8], std: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) with noise of `std` grey levels in every channel."""
    return np.asarray(np.rint(noisy(rgb, std, rng).clip(0, 255)), np.uint8)

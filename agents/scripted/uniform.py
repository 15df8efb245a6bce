"""Chance: uniform actions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.action import DISCRETE_ACTIONS, action_spec
from vlsim.interface.environment import GroundTruth
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.seeding import stream


class Random:
    """Uniform actions."""

    name = "random"

    def __init__(self, control: str) -> None:
        """Act in one control mode."""
        self.spec = PolicySpec(control=control)
        self._n_actions = len(action_spec(control).channels)
        self._streams: list[np.random.Generator] = []

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Begin episodes, each with a stream of its own; the words do not matter."""
        self._streams = [stream(seed, "random policy") for seed in seeds]

    def inform(self, truths: Sequence[GroundTruth | None]) -> None:
        """Take from the episodes how many joints the arm has: actions of `joint_delta` differ."""
        for truth in truths:
            if truth is not None:
                spec = action_spec(truth.control, len(truth.joints()))
                self._n_actions = len(spec.channels)
                return

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions (B, 1, A) in [-1, 1), or numbers (B, 1, 1) of discrete actions."""
        if self.spec.control == "discrete":
            numbers = [rng.integers(len(DISCRETE_ACTIONS), size=1) for rng in self._streams]
            return np.asarray(numbers, np.float32)[:, None]
        rows = [rng.uniform(-1.0, 1.0, self._n_actions) for rng in self._streams]
        return np.asarray(rows, np.float32)[:, None]

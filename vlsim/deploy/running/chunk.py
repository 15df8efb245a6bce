"""Actions that a policy returned at once, each with the time that it is for."""

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-6
"""What ends within a microsecond is over, seconds."""


class Chunks:
    """Gives out the actions of the last chunk in time; those whose time is over are dropped.

    Args:
        seconds: What each action is for; None where it is a whole motion, which is never too late.
    """

    def __init__(self, seconds: float | None) -> None:
        """Begin empty."""
        self._seconds = seconds
        self._actions: list[NDArray[np.float32]] = []
        self._ends_at = 0.0
        self.n_dropped = 0
        """Actions so far that came too late."""

    def put(self, actions: NDArray[np.float32], asked_at: float) -> None:
        """Take a chunk (T, A) in place of the last one.

        Args:
            actions: The chunk.
            asked_at: When the policy was asked: the first action is for the time from then on.
        """
        self._actions = list(actions)
        self._ends_at = asked_at

    def next(self, now: float) -> NDArray[np.float32] | None:
        """Return the action for now, (A,); None if there is none, and the policy has to be asked.

        Args:
            now: Seconds of the clock.
        """
        while self._actions:
            action = self._actions.pop(0)
            if self._seconds is None:
                return action
            self._ends_at += self._seconds
            if now < self._ends_at - ROUNDING:
                return action
            self.n_dropped += 1
        return None

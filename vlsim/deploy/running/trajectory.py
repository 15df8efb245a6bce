"""The way of a setpoint to its target: bounded speed, acceleration and jerk, never past a limit."""

from collections import deque
from copy import deepcopy

import numpy as np

from vlsim.deploy.running.limits import Axes, Vector

STILL = 1e-9
"""What moves by less in a period stands still, metres or radians."""


class Trajectory:
    """Moves a setpoint period by period; each axis for itself.

    Two steps. The first heads for the target as fast as it may and can still brake: in front of the
    target, and in front of the limits `low` and `high`. It never has to brake harder than allowed,
    since a speed is only taken up from which braking ends inside. The second step is the mean of
    the last n positions of the first, which bounds the jerk by 2 A / (n T) and changes no other
    bound: a mean of points of a box lies in the box.

    Args:
        axes: The limits.
        period: T, seconds between two setpoints.
        start: Where it stands. Shape (n,).
    """

    def __init__(self, axes: Axes, period: float, start: Vector) -> None:
        """Stand still."""
        self._axes = axes
        # Of one period: way, and change of the way.
        self._most_way = axes.speed * period
        self._most_change = axes.acceleration * period**2
        smoothing = np.ceil(2.0 * axes.acceleration / (axes.jerk * period) - 1e-9)
        # The fingers need none, and shall not wait for the arm.
        n = int(max(1.0, smoothing[:-1].max(initial=1.0)))
        self._position = np.array(start, float)
        self._way = np.zeros_like(self._position)
        self._recent = deque([self._position] * n, maxlen=n)

    @property
    def setpoint(self) -> Vector:
        """What was sent last. Shape (n,)."""
        mean = np.mean(self._recent, axis=0)
        mean[-1] = self._position[-1]
        # The mean of n equal numbers can differ from them in its last bit.
        inside: Vector = np.minimum(np.maximum(mean, self._axes.low), self._axes.high)
        return inside

    @property
    def is_still(self) -> bool:
        """Whether it stands."""
        moves = np.abs(self._way) > STILL
        return not moves.any() and bool(np.ptp(self._recent, axis=0).max() <= STILL)

    def towards(self, target: Vector) -> Vector:
        """Go on for a period towards a target within the limits. Returns the new setpoint."""
        ahead = target - self._position
        wanted = np.sign(ahead) * self._fastest(np.abs(ahead))
        most = self._most_way
        wanted = np.minimum(np.maximum(wanted, -most), most)
        most = self._most_change
        way = np.minimum(np.maximum(wanted, self._way - most), self._way + most)
        # Last, but never in conflict: what is left to a wall was enough a period ago.
        up = self._fastest(np.maximum(self._axes.high - self._position, 0.0))
        down = self._fastest(np.maximum(self._position - self._axes.low, 0.0))
        return self._go(np.minimum(np.maximum(way, -down), up))

    def brake(self) -> Vector:
        """Slow down for a period as hard as allowed. Returns the new setpoint."""
        most = self._most_change
        return self._go(self._way - np.minimum(np.maximum(self._way, -most), most))

    def copy(self) -> "Trajectory":
        """Return another one in the same state, to look ahead with."""
        return deepcopy(self)

    def _go(self, way: Vector) -> Vector:
        self._way = way
        self._position = self._position + way
        self._recent.append(self._position)
        return self.setpoint

    def _fastest(self, room: Vector) -> Vector:
        """Return the most that a period's way may be if braking then shall end within `room`.

        Ways w, w - c, w - 2 c, … down to 0, with c the most change, add up to at most `room`.
        """
        change = self._most_change
        share = room / change
        # The number of these ways: the smallest m with room <= c m (m + 1) / 2.
        m = np.maximum(np.ceil((np.sqrt(1.0 + 8.0 * share) - 1.0) / 2.0 - 1e-12), 1.0)
        fastest: Vector = change * (share + m * (m - 1.0) / 2.0) / m
        return fastest

"""The safety filter: what is wanted of the arm, and what it is sent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from vlsim.deploy.running.limits import Axes, Limits, Vector
from vlsim.deploy.running.trajectory import Trajectory
from vlsim.errors import InvalidValueError

START_TOLERANCE = 0.02
"""How far outside its limits an arm may be at the start, metres or radians: it is led inside."""
ROUNDING = 1e-9
"""What differs by less is not clamped."""

TIME_OVER = "the time of the run is over"


class Motion(Enum):
    """What an arm is doing after a decision."""

    MOVES = "moves"
    HOLDS = "holds"
    STOPPED = "stopped"


@dataclass(frozen=True, eq=False)
class Command:
    """What is wanted in one period.

    Args:
        target: Where to, an entry for each axis. Shape (n,).
        observed_at: When what it rests on was observed, seconds of the clock.
    """

    target: Vector
    observed_at: float


@dataclass(frozen=True, eq=False)
class Decision:
    """What the filter makes of a command.

    Args:
        setpoint: What to send. Shape (n,).
        allowed: The target after the clamps; None where the arm holds.
        clamps: Names of the clamps that changed it, in the filter's order.
        motion: What the arm does.
    """

    setpoint: Vector
    allowed: Vector | None
    clamps: tuple[str, ...]
    motion: Motion


class SafetyFilter:
    """Lets pass what is allowed, changes what is too much, and holds or stops where that is wrong.

    In this order: is the command finite? is motion enabled (dead-man, time of the run)? how old is
    the observation? how far is the target? workspace and table, or the limits of the joints;
    velocity, acceleration and jerk; the speed of the gripper; too many clamps in a row. To hold
    and to stop is to brake as hard as allowed, never at once. A stop is latched: nothing but a new
    filter moves the arm again.

    Args:
        axes: The entries of a target.
        limits: What is allowed beside them.
        period: Seconds between two commands.
        start: Where the arm is. Shape (n,).
        ends_at: When the time of the run is over, seconds of the clock.
        is_inside: Whether a setpoint keeps the hand in the workspace, where axes are joints.

    Raises:
        InvalidValueError: If the arm is outside its limits.
    """

    def __init__(
        self,
        axes: Axes,
        limits: Limits,
        period: float,
        start: Vector,
        ends_at: float,
        is_inside: Callable[[Vector], bool] | None = None,
    ) -> None:
        """Stand still at the start."""
        inside = np.clip(start, axes.low, axes.high)
        away = np.abs(start - inside)
        if not np.isfinite(start).all() or (away > START_TOLERANCE).any():
            i = int(np.argmax(np.where(np.isfinite(start), away, np.inf)))
            raise InvalidValueError(
                f"The arm begins with {axes.names[i]} at {start[i]:.3f}, outside its limits "
                f"{axes.low[i]:.3f} to {axes.high[i]:.3f}; bring it inside first."
            )
        if is_inside is not None and not is_inside(inside):
            raise InvalidValueError(
                f"The hand begins outside the workspace {limits.low} to {limits.high} (metres, "
                "base frame); bring it inside first."
            )
        self.axes, self._limits, self._ends_at = axes, limits, ends_at
        self._is_inside = is_inside
        self._trajectory = Trajectory(axes, period, inside)
        self._before = self._trajectory.setpoint
        self._most_way = axes.speed * period
        self._in_a_row = 0
        self.counts: Counter[str] = Counter()
        """How often each clamp acted, and why the arm held."""
        self.stopped = ""
        """Why the arm was stopped; "" as long as it is not."""

    @property
    def setpoint(self) -> Vector:
        """What was sent last. Shape (n,)."""
        return self._trajectory.setpoint

    @property
    def is_still(self) -> bool:
        """Whether the setpoint stands."""
        return self._trajectory.is_still

    def stop(self, reason: str) -> None:
        """Latch a stop; the first reason stays."""
        self.stopped = self.stopped or reason

    def is_over(self, now: float) -> bool:
        """Stop the arm if the time of the run is over; return whether it is."""
        if over := now >= self._ends_at - ROUNDING:
            self.stop(TIME_OVER)
        return over

    def filter(self, now: float, command: Command, *, is_enabled: bool = True) -> Decision:
        """Return what to send instead of a command; once a period."""
        if self.stopped:
            return self.hold("stopped")
        target = np.asarray(command.target, float)
        if target.shape != self.axes.low.shape or not np.isfinite(target).all():
            self.stop(f"a command was not finite: {target.tolist()}")
            return self.hold("not_finite")
        if self.is_over(now):
            return self.hold("time_over")
        if not is_enabled:
            return self.hold("dead_man")
        # Written so that an age that is no number is too old.
        if not 0.0 <= now - command.observed_at <= self._limits.age:
            return self.hold("stale_observation")
        allowed, clamps = self._clamped(target)
        setpoint = self._moved(allowed, clamps)
        self.counts.update(clamps)
        self._in_a_row = self._in_a_row + 1 if clamps else 0
        if self._in_a_row >= self._limits.clamps:
            self.stop(f"{self._in_a_row} commands in a row were clamped, the last by {clamps[-1]}")
        motion = Motion.STOPPED if self.stopped else Motion.MOVES
        return Decision(setpoint, allowed, tuple(clamps), motion)

    def hold(self, reason: str) -> Decision:
        """Brake for a period; `reason` is counted."""
        self.counts[reason] += 1
        motion = Motion.STOPPED if self.stopped else Motion.HOLDS
        self._before = self._trajectory.brake()
        return Decision(self._before, None, (), motion)

    def _clamped(self, target: Vector) -> tuple[Vector, list[str]]:
        axes, clamps = self.axes, []
        near = self.setpoint
        steps = np.clip(target, near - axes.step, near + axes.step)
        if np.abs(steps - target).max() > ROUNDING:
            clamps.append("step")
        allowed = np.clip(steps, axes.low, axes.high)
        if (outside := np.abs(allowed - steps)[:-1] > ROUNDING).any():
            if self._is_inside is not None:
                clamps.append("joint_limits")
            else:
                is_down = np.array([name == "z" for name in axes.names[:-1]])
                is_down &= outside & (steps < axes.low)[:-1]
                clamps += ["workspace"] * bool((outside & ~is_down).any())
                clamps += ["table"] * bool(is_down.any())
        # The trajectory bounds the speed of what is sent; here it is the target's.
        slow = np.clip(allowed, self._before - self._most_way, self._before + self._most_way)
        is_fast = np.abs(slow - allowed) > ROUNDING
        clamps += ["velocity"] * bool(is_fast[:-1].any()) + ["gripper_rate"] * bool(is_fast[-1])
        # The fingers are told where to go once: their own speed is the trajectory's.
        slow[-1] = allowed[-1]
        self._before = slow
        return slow, clamps

    def _moved(self, allowed: Vector, clamps: list[str]) -> Vector:
        if self._is_inside is not None and not self._stays_inside(allowed):
            clamps.append("workspace")
            return self._trajectory.brake()
        return self._trajectory.towards(allowed)

    def _stays_inside(self, target: Vector) -> bool:
        """Whether the hand stays in the workspace on this step, and if it has to brake after it."""
        assert self._is_inside is not None
        ahead = self._trajectory.copy()
        setpoint = ahead.towards(target)
        while self._is_inside(setpoint):
            if ahead.is_still:
                return True
            setpoint = ahead.brake()
        return False

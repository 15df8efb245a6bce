"""From a policy's actions to the targets of an arm, period by period: the closed loops."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.running.limits import Axes, Vector
from vlsim.deploy.running.safety_filter import Decision
from vlsim.errors import InvalidValueError
from vlsim.interface.action import (
    DISCRETE_ACTIONS,
    METRES_PER_DISCRETE_STEP,
    METRES_PER_PLANAR_STEP,
    METRES_PER_STEP,
    RADIANS_PER_JOINT_STEP,
    RADIANS_PER_STEP,
)
from vlsim.robots.urdf import Joint
from vlsim.world.hand import CLOSED, MAX_OPENING

Action = NDArray[np.float32]


class Steering(Protocol):
    """Turns actions into targets; every period it gives one and hears what became of it."""

    previous: Action
    """The previous action as it was really sent, as policies observe it. Shape (A,)."""

    @property
    def wants_action(self) -> bool:
        """Whether the last action is carried out."""

    @property
    def n_done(self) -> int:
        """Actions that were carried out."""

    def take(self, action: Action, setpoint: Vector) -> None:
        """Begin an action (A,) where the arm was sent last."""

    def target(self, setpoint: Vector, measured: Vector) -> Vector:
        """Return where to go in this period. Shape (n,), as the arguments."""

    def note(self, decision: Decision) -> None:
        """Take note of what the filter made of the target."""


class Steps:
    """Many small steps, each spread over the periods until the next: all modes but `primitive`.

    Args:
        control: Control mode.
        axes: Of the targets, at the speed of the run.
        share: Speed of the run: a step is as much shorter.
        periods: How many periods a step takes.
        size: A, entries of an action.
        joints: Those that `joint_delta` moves.
    """

    def __init__(
        self,
        control: str,
        axes: Axes,
        share: float,
        periods: int,
        size: int,
        joints: tuple[Joint, ...] = (),
    ) -> None:
        """Wait for the first action."""
        self.previous: Action = np.zeros(size, np.float32)
        self.n_done = 0
        self._control, self._axes, self._periods = control, axes, periods
        self._steps = share * _steps(control, joints)
        self._action = self.previous
        self._start = self._goal = np.zeros_like(axes.low)
        self._left = 0
        self._goes_on = False
        self._was_changed = False

    @property
    def wants_action(self) -> bool:
        """Whether the last step is over."""
        return self._left == 0

    def take(self, action: Action, setpoint: Vector) -> None:
        """Begin a step, from the last one's end unless the arm was held meanwhile."""
        self._action, self._left, self._was_changed = action, self._periods, False
        self._start = self._goal if self._goes_on else setpoint
        way, opening = self._read(action)
        goal = self._start + np.append(self._steps * way, 0.0)
        if opening is not None:
            goal[-1] = opening
        self._goal = np.clip(goal, self._axes.low, self._axes.high)
        self._goes_on = True

    def target(self, setpoint: Vector, measured: Vector) -> Vector:
        """Return the next point between the beginning of the step and its end."""
        self._left -= 1
        share = 1.0 - self._left / self._periods
        target: Vector = self._start + share * (self._goal - self._start)
        # Fingers are told at once where to go.
        target[-1] = self._goal[-1]
        return target

    def note(self, decision: Decision) -> None:
        """Give a step up that was held; remember how far a clamped one got."""
        if decision.allowed is None:
            self._left, self._goes_on = 0, False
            self.previous = np.zeros_like(self._action)
            return
        is_gripper_alone = set(decision.clamps) <= {"gripper_rate"}
        if not is_gripper_alone:
            self._was_changed = True
            # From here on: what was not allowed is not made up for.
            self._goal = np.append(decision.allowed[:-1], self._goal[-1])
            self._left = 0
        if self._left == 0:
            self.n_done += 1
            self.previous = self._sent(decision.allowed)

    def _sent(self, reached: Vector) -> Action:
        if not self._was_changed:
            return self._action
        if self._control == "discrete":
            return np.zeros_like(self._action)
        sent = self._action.copy()
        way = (reached - self._start)[:-1]
        moved = np.divide(way, self._steps, out=np.zeros_like(way), where=self._steps > 0)
        n = 2 if self._control == "planar" else len(moved)
        sent[:n] = np.clip(moved[:n], -1.0, 1.0)
        return sent

    def _read(self, action: Action) -> tuple[Vector, float | None]:
        """Return the way in units of a step, (n - 1,), and an opening, if it says one."""
        n = len(self._steps)
        if self._control == "discrete":
            name = DISCRETE_ACTIONS[int(action[0])]
            sign = {"+": 1.0, "-": -1.0}.get(name[0], 0.0)
            way = [sign * (name[1:] == axis) for axis in "xyz"]
            return np.array([*way, 0.0, 0.0]), {"open": MAX_OPENING, "close": CLOSED}.get(name)
        if self._control == "planar":
            return np.append(action, np.zeros(n - 2)).astype(float), None
        return action[:-1].astype(float), MAX_OPENING if action[-1] > 0 else CLOSED


def _steps(control: str, joints: tuple[Joint, ...]) -> Vector:
    """Return what 1 moves each axis but the opening by, metres or radians."""
    if control == "joint_delta":
        return np.array(
            [METRES_PER_STEP if joint.slides else RADIANS_PER_JOINT_STEP for joint in joints]
        )
    by_control: Mapping[str, tuple[float, float]] = {
        "ee_delta": (METRES_PER_STEP, RADIANS_PER_STEP),
        "planar": (METRES_PER_PLANAR_STEP, 0.0),
        "discrete": (METRES_PER_DISCRETE_STEP, 0.0),
    }
    move, turn = by_control[control]
    return np.array([move] * 3 + [turn] * 2)


def check_action(action: Action, size: int, choices: int, policy: str) -> Action:
    """Return an action as it is carried out: entries clipped to [-1, 1], or a choice.

    Raises:
        InvalidValueError: If it has another shape, or a choice is none. What is not finite is the
            safety filter's, which stops the arm.
    """
    if action.shape != (size,):
        raise InvalidValueError(
            f"The policy '{policy}' must return actions of {size} entries, got {action.shape}."
        )
    if choices:
        if action[0] not in range(choices):
            raise InvalidValueError(
                f"The policy '{policy}' must return a whole number from 0 to {choices - 1}, got "
                f"{action[0]}."
            )
        return action
    return np.clip(action, -1.0, 1.0)

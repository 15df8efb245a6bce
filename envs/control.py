"""Control modes: what the numbers of an action do to the arm."""

import math
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError, SimulationError, in_one_line
from vlsim.interface.action import (
    DISCRETE_ACTIONS,
    METRES_PER_DISCRETE_STEP,
    METRES_PER_PLANAR_STEP,
    METRES_PER_STEP,
    POINTS,
    RADIANS_PER_JOINT_STEP,
    RADIANS_PER_STEP,
    ActionSpec,
    action_spec,
)
from vlsim.interface.observation import Channels, channels
from vlsim.registry import Registry
from vlsim.robots.spec import RobotSpec
from vlsim.scene.execution import carry_out
from vlsim.scene.randomization.sensing import MAX_LATENCY
from vlsim.scene.robot import HOME_TOLERANCE
from vlsim.scene.simulation import Simulation
from vlsim.skills import SKILLS, Motion
from vlsim.world import MAX_OPENING
from vlsim.world.camera import Camera
from vlsim.world.hand import CLOSED, HIGH, HOME, LOW, EndEffectorTarget

PLANAR_START_XY = (0.28, 0.0)
"""Where a tip begins that moves in the plane: beside the objects, metres."""
MOST_AHEAD = 0.1
"""How far the target of a joint may be ahead of the joint, radians (metres if it slides).

An arm that presses against something must not wind up to a blow.
"""
MOST_TO_MOVE = 0.08
"""The same for the end effector along each axis, metres; in free motion it lags as far."""
MOST_TO_GO = 0.025
"""The same for a tip in the plane, along x and y."""


class Control(ABC):
    """Turns actions into motion; their entries lie in [-1, 1] unless a control says otherwise."""

    name: ClassVar[str]
    counts_attempts: ClassVar[bool] = False
    """Whether a step is an attempt: using the last one up ends an episode (it terminates), while
    running out of time only cuts it short (it is truncated)."""

    def __init__(self, skills: tuple[str, ...], robot: RobotSpec) -> None:
        """Remember which motions the goals of the task need, and what moves."""
        self.skills = self.episode_skills = skills
        self.robot = robot

    @cached_property
    def channels(self) -> Channels:
        """What the entries of pose and action are."""
        return channels(self.name, n_joints=len(self.robot.joints))

    @property
    def spec(self) -> ActionSpec:
        """What the entries of an action are, with units and ranges; the same for every task."""
        names = self.robot.joints
        # Only where joints are moved one by one the robot's file has to be read for it.
        joints = self.robot.read_joints() if self.name == JointDelta.name else ()
        sliding = {i for i, joint in enumerate(joints) if joint.slides}
        return action_spec(self.name, len(names), sliding)

    @property
    def size(self) -> int:
        """Entries of an action."""
        return self.channels.n_actions

    @property
    def space(self) -> spaces.Space[Any]:
        """What the environment's action space is."""
        return spaces.Box(-1.0, 1.0, (self.size,), np.float32)

    def read(self, action: Any) -> tuple[NDArray[np.float32], bool]:  # noqa: ANN401
        """Return what will be carried out, (A,), and whether entries had to be clipped for it.

        Raises:
            InvalidValueError: If the action is not one of this control mode's.
            SimulationError: If an entry is not finite.
        """
        try:
            entries = np.array(action, np.float32)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValueError(
                f"An action of '{self.name}' consists of {self.size} numbers, got "
                f"{in_one_line(action)}."
            ) from None
        if entries.shape != (self.size,):
            raise InvalidValueError(
                f"An action of '{self.name}' has shape {(self.size,)}, got {entries.shape}."
            )
        # Plain numbers: for so few of them numpy takes three times as long.
        numbers = entries.tolist()
        if not all(map(math.isfinite, numbers)):
            raise SimulationError(f"An action must be finite, got {numbers}.")
        if all(-1.0 <= number <= 1.0 for number in numbers):
            return entries, False
        return entries.clip(-1.0, 1.0), True

    def check_start(self, start: EndEffectorTarget) -> None:  # noqa: B027 (most begin anywhere)
        """Refuse a pose of the end effector in which no episode begins.

        Raises:
            InvalidValueError: Says in which they do.
        """

    def reset(self, simulation: Simulation, start: EndEffectorTarget = HOME) -> None:  # noqa: B027
        """Begin a new episode; the end effector is at `start`."""

    @abstractmethod
    def carry_out(
        self, simulation: Simulation, action: NDArray[np.float32], camera: Camera, late: int
    ) -> None:
        """Carry out an action that `read` returned.

        Args:
            simulation: What moves.
            action: Shape (A,).
            camera: Where the picture was taken that the action refers to, fixed to the world.
            late: Steps after which an action arrives.
        """


class ClosedLoop(Control):
    """Many small steps, of which each action arrives when its time has come."""

    def __init__(self, skills: tuple[str, ...], robot: RobotSpec) -> None:
        """Send nothing yet."""
        super().__init__(skills, robot)
        self._sent: deque[NDArray[np.float32]] = deque(maxlen=MAX_LATENCY + 1)

    def reset(self, simulation: Simulation, start: EndEffectorTarget = HOME) -> None:
        """Forget what was sent, and take `start` as the first target."""
        self._sent.clear()
        self._begin(simulation, start)

    def carry_out(
        self, simulation: Simulation, action: NDArray[np.float32], camera: Camera, late: int
    ) -> None:
        """Send an action, and carry out the one that arrives now, if any was sent that early."""
        self._sent.append(action)
        if late < len(self._sent):
            self._apply(simulation, self._sent[-1 - late])
        else:
            simulation.wait()

    @abstractmethod
    def _begin(self, simulation: Simulation, start: EndEffectorTarget) -> None:
        """Take `start` as the first target."""

    @abstractmethod
    def _apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Move as an action says that has arrived."""


class EeDelta(ClosedLoop):
    """Closed loop at 10 Hz: each action moves the target of the end effector a little.

    Entries: dx, dy, dz (1 is 5 cm in 0.1 s, base frame), dyaw, dtilt (1 is 0.25 rad), grip (above 0
    opens, else closes). The hand tilts from pointing down to leaning away from the robot. The
    target stays within 8 cm of the end effector along each axis.
    """

    name = "ee_delta"

    def _begin(self, simulation: Simulation, start: EndEffectorTarget) -> None:
        """Take `start` as the first target."""
        self._target = start

    def _apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Shift the target and follow it for a tenth of a second."""
        dx, dy, dz, dyaw, dtilt, grip = (float(a) for a in action)
        x, y, z = _shifted(self._target.position, (dx, dy, dz), METRES_PER_STEP)
        x, y, z = _near((x, y, z), simulation.robot.hand()[0], MOST_TO_MOVE)
        most = self.robot.hand.most_yaw
        yaw = min(max(self._target.yaw + dyaw * RADIANS_PER_STEP, -most), most)
        tilt = max(self._target.tilt + dtilt * RADIANS_PER_STEP, 0.0)
        tilt = min(tilt, self.robot.hand.most_tilt)
        self._target = EndEffectorTarget((x, y, z), yaw, MAX_OPENING if grip > 0 else 0.0, tilt)
        simulation.move(self._target)


class Primitive(Control):
    """One whole motion per step, between two points of the front camera's picture.

    Entries: u, v of where to begin, u, v of where to end; -1 is the left or top edge. The known
    camera turns them into points on the table top; the motion controller does the rest. A reach
    ignores the end. One more entry for each of `SKILLS` says how much it is wanted: the largest of
    those that the task's goals, or the episode's, need chooses, the first of equal ones.
    """

    name = "primitive"
    counts_attempts = True

    def carry_out(
        self, simulation: Simulation, action: NDArray[np.float32], camera: Camera, late: int
    ) -> None:
        """Carry out one motion from its beginning to its end; see `Control.carry_out`."""
        # A whole motion begins late; it is not put off until the next attempt.
        for _ in range(late):
            simulation.wait()
        points, choice = np.split(np.asarray(action, float), [len(POINTS)])
        uv = points.reshape(2, 2)
        wanted = dict(zip(SKILLS, choice.tolist(), strict=True))
        skill = max(self.episode_skills, key=wanted.__getitem__)
        start, end = np.clip(camera.to_table(uv), LOW[:2], HIGH[:2]).tolist()
        carry_out(simulation, Motion(skill, tuple(start), tuple(end)))


class JointDelta(ClosedLoop):
    """Closed loop at 10 Hz: each action moves the targets of the joints a little.

    Entries: one for each joint (1 is 0.1 rad in 0.1 s, or 5 cm if it slides), gripper (above 0
    opens, else closes). Targets stay within the joints' limits and near the joints.
    """

    name = "joint_delta"

    def __init__(self, skills: tuple[str, ...], robot: RobotSpec) -> None:
        """Look the joints up."""
        super().__init__(skills, robot)
        joints = robot.read_joints()
        self._low = np.array([joint.low for joint in joints])
        self._high = np.array([joint.high for joint in joints])
        self.steps = np.array(
            [METRES_PER_STEP if joint.slides else RADIANS_PER_JOINT_STEP for joint in joints]
        )
        """What an entry of 1 moves each joint by."""

    def _begin(self, simulation: Simulation, start: EndEffectorTarget) -> None:
        """Take where the joints are as the first target."""
        self._target = np.array(simulation.robot.joints())

    def _apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Shift the targets and follow them for a tenth of a second."""
        at = np.array(simulation.robot.joints())
        target = self._target + action[:-1].astype(float) * self.steps
        target = target.clip(at - MOST_AHEAD, at + MOST_AHEAD).clip(self._low, self._high)
        self._target = target
        opening = MAX_OPENING if action[-1] > 0 else CLOSED
        simulation.move_joints(tuple(target.tolist()), opening)


class Planar(ClosedLoop):
    """Closed loop at 10 Hz, in the plane: a closed gripper or a tip slides over the table.

    Entries: dx, dy (1 is 2 cm in 0.1 s, base frame). An episode begins with the tip between the
    base and the objects, 2.6 cm above the table, or higher if levers shall be moved.
    """

    name = "planar"

    @property
    def start(self) -> EndEffectorTarget:
        """Where every episode begins."""
        height = max(SKILLS[name].planar_height for name in self.skills)
        return EndEffectorTarget((*PLANAR_START_XY, height), opening=CLOSED)

    def check_start(self, start: EndEffectorTarget) -> None:
        """Refuse all but the one pose in which every episode begins."""
        away = math.dist(start.position, self.start.position)
        if max(away, start.opening - CLOSED) > HOME_TOLERANCE:
            raise InvalidValueError(
                f"'ee_position' and 'gripper_opening' of a scene: with '{self.name}' every episode "
                f"begins at {self.start.position}, the hand closed, got {start.position}, opening "
                f"{start.opening:g}. Leave them out."
            )

    def _begin(self, simulation: Simulation, start: EndEffectorTarget) -> None:
        """Lower the tip beside the objects."""
        self._target = self.start
        simulation.robot.appear_at(self._target)

    def _apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Shift the target and follow it for a tenth of a second."""
        dx, dy = (float(a) for a in action)
        at = simulation.robot.hand()[0]
        x, y, z = _shifted(self._target.position, (dx, dy, 0.0), METRES_PER_PLANAR_STEP)
        x, y, _ = _near((x, y, z), at, MOST_TO_GO)
        self._target = EndEffectorTarget((x, y, z), opening=CLOSED)
        simulation.move(self._target)


class Discrete(ClosedLoop):
    """Closed loop at 10 Hz, one of nine things a step: `ee_delta` for learners that choose.

    An action is a number: 0 stays; 1 and 2 go 2 cm to +x and -x, 3 and 4 to +y and -y, 5 and 6 up
    and down; 7 opens the gripper and 8 closes it, and it stays so.
    """

    name = "discrete"

    @property
    def space(self) -> spaces.Space[Any]:
        """One number out of `DISCRETE_ACTIONS`."""
        return spaces.Discrete(len(DISCRETE_ACTIONS))

    def read(self, action: Any) -> tuple[NDArray[np.float32], bool]:  # noqa: ANN401
        """Return the number as a row, (1,); nothing is ever clipped."""
        allowed = range(len(DISCRETE_ACTIONS))
        try:
            number = np.asarray(action)
        except ValueError:  # rows of different lengths
            number = np.zeros(0)
        if number.size != 1 or number.ndim > 1 or number.item() not in allowed:
            raise InvalidValueError(
                f"An action of 'discrete' is a whole number from 0 to {allowed[-1]}, got "
                f"{in_one_line(action)}."
            )
        return number.reshape(1).astype(np.float32), False

    def _begin(self, simulation: Simulation, start: EndEffectorTarget) -> None:
        """Take `start` as the first target."""
        self._target = start

    def _apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Shift the target, or move the fingers, for a tenth of a second."""
        name = DISCRETE_ACTIONS[int(action[0])]
        opening = {"open": MAX_OPENING, "close": CLOSED}.get(name, self._target.opening)
        sign = {"+": 1.0, "-": -1.0}.get(name[0], 0.0)
        steps = tuple(sign * (name[1:] == axis) for axis in "xyz")
        position = _shifted(self._target.position, steps, METRES_PER_DISCRETE_STEP)
        self._target = replace(self._target, position=position, opening=opening)
        simulation.move(self._target)


def _shifted(
    position: tuple[float, float, float], steps: tuple[float, ...], length: float
) -> tuple[float, float, float]:
    """Return the position after `steps` of `length` metres each, kept in the box."""
    x, y, z = (
        min(max(at + step * length, low), high)
        for at, step, low, high in zip(position, steps, LOW, HIGH, strict=True)
    )
    return x, y, z


def _near(
    position: tuple[float, float, float], at: tuple[float, float, float], most: float
) -> tuple[float, float, float]:
    """Return the position, no farther from `at` along any axis than `most` metres."""
    x, y, z = (min(max(to, i - most), i + most) for to, i in zip(position, at, strict=True))
    return x, y, z


CONTROLS: Registry[type[Control]] = Registry("control mode")
for _control in (EeDelta, Primitive, JointDelta, Planar, Discrete):
    CONTROLS.add(_control.name, _control)

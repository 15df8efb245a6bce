"""Control modes: what the numbers of an action do to the arm."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vlsim.observation import ACTION_SIZES, METRES_PER_STEP, RADIANS_PER_STEP
from vlsim.registry import Registry
from vlsim.scene.camera import FRONT, Camera
from vlsim.scene.motion import carry_out
from vlsim.scene.robot import HOME, MAX_OPENING, EndEffectorTarget
from vlsim.scene.simulation import Simulation
from vlsim.world import Skill

LOW, HIGH = (0.28, -0.26, 0.012), (0.72, 0.26, 0.40)
"""Box that the end effector stays in, metres."""
MAX_YAW = 0.8
"""Largest turn of the gripper to either side, radians."""


class Control(ABC):
    """Turns actions in [-1, 1] into motion."""

    name: ClassVar[str]
    counts_attempts: ClassVar[bool] = False
    """Whether a step is an attempt: using the last one up ends an episode (it terminates), while
    running out of time only cuts it short (it is truncated)."""

    def __init__(self, skill: str) -> None:
        """Remember which motion a primitive of this task is."""
        self.skill = skill
        self.camera: Camera = FRONT
        """Where the picture was taken that an action refers to."""

    @property
    def size(self) -> int:
        """Entries of an action."""
        return ACTION_SIZES[self.name]

    @abstractmethod
    def reset(self, start: EndEffectorTarget = HOME) -> None:
        """Begin a new episode with the arm at `start`."""

    @abstractmethod
    def apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Carry out one action; entries lie in [-1, 1]."""


class EeDelta(Control):
    """Closed loop at 10 Hz: each action moves the target of the end effector a little.

    Entries: dx, dy, dz (1 is 5 cm in 0.1 s, base frame), dyaw (1 is 0.25 rad), gripper (above 0
    opens, else closes).
    """

    name = "ee_delta"

    def reset(self, start: EndEffectorTarget = HOME) -> None:
        """Take `start` as the first target."""
        self._target = start

    def apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Shift the target and follow it for a tenth of a second."""
        dx, dy, dz, dyaw, grip = (float(a) for a in action)
        steps = (dx, dy, dz)
        x, y, z = (
            min(max(at + step * METRES_PER_STEP, low), high)
            for at, step, low, high in zip(self._target.position, steps, LOW, HIGH, strict=True)
        )
        yaw = min(max(self._target.yaw + dyaw * RADIANS_PER_STEP, -MAX_YAW), MAX_YAW)
        self._target = EndEffectorTarget((x, y, z), yaw, MAX_OPENING if grip > 0 else 0.0)
        simulation.move(self._target)


class Primitive(Control):
    """One whole motion per step, between two points of the front camera's picture.

    Entries: u, v of where to begin, u, v of where to end; -1 is the left or top edge. The known
    camera turns them into points on the table top; the motion controller does the rest. A reach
    ignores the end.
    """

    name = "primitive"
    counts_attempts = True

    def reset(self, start: EndEffectorTarget = HOME) -> None:
        """Remember nothing: every motion begins and ends by itself."""

    def apply(self, simulation: Simulation, action: NDArray[np.float32]) -> None:
        """Reach, push, or pick and place."""
        uv = np.asarray(action, float).reshape(2, 2)
        start, end = np.clip(self.camera.to_table(uv), LOW[:2], HIGH[:2]).tolist()
        carry_out(simulation, Skill(self.skill, tuple(start), tuple(end)))


CONTROLS: Registry[type[Control]] = Registry("control mode")
for _control in (EeDelta, Primitive):
    CONTROLS.add(_control.name, _control)

"""An arm in a simulation that goes on with somebody else's clock, as a real one does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import dist

import numpy as np

from vlsim.robots.kinematics import Kinematics
from vlsim.robots.spec import RobotSpec
from vlsim.scene.simulation import PHYSICS_HZ, SUBSTEPS_PER_FRAME, Simulation
from vlsim.world import SceneState
from vlsim.world.hand import HIGH, LOW, EndEffectorTarget
from vlsim.world.space import Array

ROUNDING = 1e-6
"""What is due within a microsecond happens now, seconds."""
OUT_OF_REACH = 0.02
"""A pose that inverse kinematics misses by more cannot be reached, metres."""
TOLERANCE = 0.001
"""How far outside the box of the end effector the controller would put it, metres."""
MOST_WAY = 0.03
"""What the target of inverse kinematics is ahead of the last one along each axis, metres."""
MOST_TURN = 0.12
"""What the target of a joint changes by at once, radians (metres if it slides)."""


class SimArm:
    """Pulls towards the last target while time passes, as the controller of a real arm would.

    Joints stay within their limits. A pose out of reach, or a way there that leaves the box of the
    end effector, keeps the arm where it is; back from there no joint turns faster than it may.

    Args:
        spec: The robot.
        scene: What is on the table.
        start: Where the hand begins; at home without.
    """

    def __init__(
        self, spec: RobotSpec, scene: SceneState, start: EndEffectorTarget | None = None
    ) -> None:
        """Build the scene; time begins at 0."""
        self.simulation = Simulation(spec)
        self.simulation.reset(scene, start)
        self._kinematics = Kinematics(spec)
        joints = spec.read_joints()
        self._limits = np.array([(joint.low, joint.high) for joint in joints]).T
        self._joints = np.array(self.simulation.robot.joints())
        self._substeps = 0
        self._target: EndEffectorTarget | None = None

    def advance(self, seconds: float, on_frame: Callable[[float], None] | None = None) -> None:
        """Let time pass until so many seconds after the beginning.

        Args:
            seconds: Until when.
            on_frame: Called with the time 30 times a second, when cameras take their pictures.
        """
        while (self._substeps + 1) / PHYSICS_HZ <= seconds + ROUNDING:
            self.simulation.wait(1)
            self._substeps += 1
            if self._substeps % SUBSTEPS_PER_FRAME == 0:
                if on_frame is not None:
                    on_frame(self._substeps / PHYSICS_HZ)
                self._pull()

    def send(self, values: Sequence[float], *, by_joints: bool) -> None:
        """Pull towards a target from now on.

        Args:
            values: x, y, z, yaw, tilt, or the joints; and the opening: metres and radians.
            by_joints: Which of the two.
        """
        if by_joints:
            self._target = None
            self._joints = np.clip(values[:-1], *self._limits)
            self.simulation.robot.drive(tuple(self._joints.tolist()), values[-1])
            return
        x, y, z, yaw, tilt, opening = values
        self._target = EndEffectorTarget((x, y, z), yaw, opening, tilt)
        self._pull()

    def _pull(self) -> None:
        pose = self._target
        if pose is None:
            return
        # One solution leads only near a pose that is far away: the way there is made of short ones.
        at = np.array(self._hand(self._joints))
        x, y, z = np.clip(pose.position, at - MOST_WAY, at + MOST_WAY).tolist()
        short = replace(pose, position=(x, y, z))
        joints = np.clip(self.simulation.robot.solve(short), *self._limits)
        near = np.clip(joints, self._joints - MOST_TURN, self._joints + MOST_TURN)
        if dist(self._hand(joints), short.position) <= OUT_OF_REACH and self._is_inside(near):
            self._joints = near
        self.simulation.robot.drive(tuple(self._joints.tolist()), pose.opening)

    def _hand(self, joints: Array) -> tuple[float, float, float]:
        return self._kinematics.pose(joints.tolist())[:3]

    def _is_inside(self, joints: Array) -> bool:
        sides = zip(LOW, self._hand(joints), HIGH, strict=True)
        return all(low - TOLERANCE <= at <= high + TOLERANCE for low, at, high in sides)

    def pose(self) -> tuple[float, ...]:
        """Return x, y, z, yaw, tilt and opening of the hand: metres and radians."""
        position, yaw, opening = self.simulation.robot.pose()
        return *position, yaw, self.simulation.robot.tilt(), opening

"""The Franka Panda arm: joints, inverse kinematics, gripper."""

import math
from dataclasses import dataclass
from pathlib import Path

import pybullet as p

from vlsim.world import HOME_EE_POSITION

URDF = Path(__file__).parent / "assets" / "panda" / "panda.urdf"
ARM_JOINTS = (0, 1, 2, 3, 4, 5, 6)
FINGER_JOINTS = (9, 10)
END_EFFECTOR_LINK = 11
HOME_JOINTS = (0.0, -0.7936, 0.0, -2.8372, 0.0, 2.0436, 0.7854)
"""Puts the end effector at `HOME_EE_POSITION`, gripper pointing down, fingers opening along y."""
MAX_OPENING = 0.08
"""Distance between the open fingers, metres."""
ARM_FORCES = (200.0,) * 7
FINGER_FORCE = 15.0
FINGER_FRICTION = 1.5
POSITION_GAIN = 0.19
"""Per substep of 1/120 s; as stiff as PyBullet's 0.1 at 240 Hz."""
IK_ITERATIONS = 20


@dataclass(frozen=True)
class EndEffectorTarget:
    """Where the gripper should go: position (base frame), opening (both metres), yaw (radians)."""

    position: tuple[float, float, float]
    yaw: float = 0.0
    opening: float = MAX_OPENING


HOME = EndEffectorTarget(HOME_EE_POSITION)


class Panda:
    """One arm in one PyBullet client, at the origin, its gripper always pointing down."""

    def __init__(self, client: int) -> None:
        """Load the arm and bring it home."""
        self._client = client
        self.gain = POSITION_GAIN
        self.body = p.loadURDF(
            str(URDF),
            useFixedBase=True,
            flags=p.URDF_USE_INERTIA_FROM_FILE,
            physicsClientId=client,
        )
        for joint in FINGER_JOINTS:
            p.changeDynamics(
                self.body, joint, lateralFriction=FINGER_FRICTION, physicsClientId=client
            )
        self.go_home()

    def go_home(self) -> None:
        """Put every joint at its home position at once, at rest."""
        self.teleport(HOME_JOINTS, MAX_OPENING)
        self.drive(HOME_JOINTS, MAX_OPENING)

    def teleport(self, joints: tuple[float, ...], opening: float) -> None:
        """Put the joints (radians) and the fingers (metres) somewhere without moving there."""
        for joint, angle in zip(ARM_JOINTS, joints, strict=True):
            p.resetJointState(self.body, joint, angle, 0.0, physicsClientId=self._client)
        for joint in FINGER_JOINTS:
            p.resetJointState(self.body, joint, opening / 2, 0.0, physicsClientId=self._client)

    def begin_at(self, target: EndEffectorTarget) -> None:
        """Put the arm at `target` at once, at rest."""
        # Each solution begins from the one before: four end within a millimetre.
        for _ in range(4):
            joints = self.solve(target)
            self.teleport(joints, target.opening)
        self.drive(joints, target.opening)

    def solve(self, target: EndEffectorTarget) -> tuple[float, ...]:
        """Return the joint angles (radians) that bring the end effector to `target`."""
        # A turn by yaw about z, then half a turn about x: the gripper points down.
        half = target.yaw / 2
        down_xyzw = (math.cos(half), math.sin(half), 0.0, 0.0)
        angles = p.calculateInverseKinematics(
            self.body,
            END_EFFECTOR_LINK,
            target.position,
            down_xyzw,
            maxNumIterations=IK_ITERATIONS,
            physicsClientId=self._client,
        )
        return tuple(angles[:7])

    def drive(self, joints: tuple[float, ...], opening: float) -> None:
        """Let the motors pull towards joint angles (radians) and an opening (metres)."""
        p.setJointMotorControlArray(
            self.body,
            ARM_JOINTS + FINGER_JOINTS,
            p.POSITION_CONTROL,
            targetPositions=(*joints, opening / 2, opening / 2),
            forces=(*ARM_FORCES, FINGER_FORCE, FINGER_FORCE),
            positionGains=(self.gain,) * 9,
            physicsClientId=self._client,
        )

    def hand(self) -> tuple[tuple[float, float, float], tuple[float, float, float, float]]:
        """Return the hand's position (metres) and orientation_xyzw: z points out of the gripper."""
        state = p.getLinkState(
            self.body,
            END_EFFECTOR_LINK,
            computeForwardKinematics=True,
            physicsClientId=self._client,
        )
        return state[4], state[5]

    def pose(self) -> tuple[tuple[float, float, float], float, float]:
        """Return the end effector's position (metres), yaw (radians) and opening (metres)."""
        position, (x, y, z, w) = self.hand()
        # Undo the half turn about x: the remaining rotation is about z.
        yaw = math.atan2(2 * (x * y + z * w), 1 - 2 * (y * y + z * z))
        fingers = p.getJointStates(self.body, FINGER_JOINTS, physicsClientId=self._client)
        return position, yaw, fingers[0][0] + fingers[1][0]

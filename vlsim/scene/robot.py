"""A robot in a simulation: joints, inverse kinematics, gripper."""

import math

import pybullet as p

from vlsim.errors import InvalidValueError
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.spec import RobotSpec
from vlsim.scene.client import connect
from vlsim.world import HOME_EE_POSITION, MAX_OPENING
from vlsim.world.hand import EndEffectorTarget
from vlsim.world.quaternion import Vector, in_world, turned_by

POSITION_GAIN = 0.19
"""Per substep of 1/120 s; as stiff as PyBullet's 0.1 at 240 Hz."""
IK_ITERATIONS = 20
APPEARANCE_SOLUTIONS = 20
"""Each solution starts from the last one; after 20 they agree to a tenth of a millimetre."""
PAD_FRICTION = 0.01
"""Of firm fingers against twisting, metres."""
GEAR_FORCE, GEAR_ERP = 50.0, 0.3
"""Of the gear between firm fingers: newtons, and the share of an error that a step mends."""
HOME_TOLERANCE = 0.01
"""How far from `HOME_EE_POSITION` a robot's home may be, metres."""
MOST_TILT = 0.05
"""How far from pointing down, and from yaw 0, the tool may be at home, radians."""
LINK_MASS = 0.05
"""Of every link, kilograms, whatever the URDF says.

Real arms hold up their own weight, and yield when they press against something. Here links weigh
little, so that weak motors suffice: PyBullet's few solver iterations stop no heavy arm with strong
motors at a light object; it is pressed into the table, and the fingers into it.
"""
LINK_INERTIA = 0.0036
"""Of every link about each axis, kg m². With less, the solver does not find the joints' forces."""
Pose = tuple[tuple[float, float, float], float, float]
"""Position (metres), yaw (radians) and opening (metres) of the end effector."""


class Robot:
    """One robot in one PyBullet client, its tool pointing down unless a target tilts it."""

    def __init__(self, client: int, spec: RobotSpec) -> None:
        """Load the robot and bring it home.

        Raises:
            InvalidValueError: If PyBullet cannot load the URDF.
        """
        self._client = client
        self.gain = POSITION_GAIN
        """Of every motor, from the next target on."""
        self.spec = spec
        self._yaw_axis = spec.yaw_axis
        self._down_xyzw = spec.down_xyzw if spec.tool_axis else None
        try:
            self.body = p.loadURDF(
                str(spec.urdf),
                basePosition=spec.base_world,
                useFixedBase=True,
                flags=p.URDF_USE_INERTIA_FROM_FILE,
                physicsClientId=client,
            )
        except p.error as error:
            raise InvalidValueError(
                f"Robot '{spec.name}': PyBullet cannot load {spec.urdf}; are its meshes there?"
            ) from error
        infos = [
            p.getJointInfo(self.body, j, physicsClientId=client)
            for j in range(p.getNumJoints(self.body, physicsClientId=client))
        ]
        indices = {info[1].decode(): info[0] for info in infos}
        movable = [info[0] for info in infos if info[2] != p.JOINT_FIXED]
        self._joints = tuple(indices[name] for name in spec.joints)
        # Where the joints stand among those that inverse kinematics answers for.
        self._solved = tuple(movable.index(joint) for joint in self._joints)
        # A link has the index of the joint above it; the base, which has none, is -1.
        links = {info[12].decode(): info[0] for info in infos}
        self._end_effector = links.get(spec.end_effector, -1)
        for link in links.values():
            p.changeDynamics(
                self.body,
                link,
                mass=LINK_MASS,
                localInertiaDiagonal=(LINK_INERTIA,) * 3,
                physicsClientId=client,
            )
        gripper = spec.gripper
        self._fingers = tuple(indices[name] for name in gripper.joints) if gripper else ()
        self._closed = gripper.closed if gripper else ()
        self._travel: tuple[float, ...] = ()
        if gripper:
            ends = zip(gripper.closed, gripper.open, strict=True)
            self._travel = tuple((wide - shut) / gripper.opening for shut, wide in ends)
            for joint in self._fingers:
                p.changeDynamics(
                    self.body, joint, lateralFriction=gripper.friction, physicsClientId=client
                )
            if gripper.firm:
                self._couple_fingers()
        finger_force = gripper.force if gripper else 0.0
        self._forces = (*spec.forces, *(finger_force,) * len(self._fingers))
        self.go_home()

    def _couple_fingers(self) -> None:
        first, client = self._fingers[0], self._client
        for joint, travel in zip(self._fingers[1:], self._travel[1:], strict=True):
            gear = p.createConstraint(
                self.body,
                first,
                self.body,
                joint,
                p.JOINT_GEAR,
                (1, 0, 0),
                (0, 0, 0),
                (0, 0, 0),
                physicsClientId=client,
            )
            p.changeConstraint(
                gear,
                gearRatio=-travel / self._travel[0],
                erp=GEAR_ERP,
                maxForce=GEAR_FORCE,
                physicsClientId=client,
            )
        for joint in self._fingers:
            p.changeDynamics(
                self.body, joint, spinningFriction=PAD_FRICTION, physicsClientId=client
            )

    def go_home(self) -> None:
        """Put every joint at its home position at once, at rest."""
        self.teleport(self.spec.home, MAX_OPENING)
        self.drive(self.spec.home, MAX_OPENING)

    def teleport(self, joints: tuple[float, ...], opening: float) -> None:
        """Put the joints (radians) and the fingers (metres) somewhere without moving there."""
        places = (*joints, *self._finger_positions(opening))
        for joint, place in zip(self._joints + self._fingers, places, strict=True):
            p.resetJointState(self.body, joint, place, 0.0, physicsClientId=self._client)

    def appear_at(self, target: EndEffectorTarget) -> None:
        """Put the end effector somewhere at once, at rest."""
        for _ in range(APPEARANCE_SOLUTIONS):
            joints = self.solve(target)
            self.teleport(joints, target.opening)
        self.drive(joints, target.opening)

    def solve(self, target: EndEffectorTarget) -> tuple[float, ...]:
        """Return the joint angles (radians) that bring the end effector to `target`."""
        orientation = {}
        if self._down_xyzw:
            orientation["targetOrientation"] = turned_by(self._down_xyzw, target.yaw, target.tilt)
        angles = p.calculateInverseKinematics(
            self.body,
            self._end_effector,
            target.position,
            maxNumIterations=IK_ITERATIONS,
            physicsClientId=self._client,
            **orientation,
        )
        return tuple(angles[i] for i in self._solved)

    def drive(self, joints: tuple[float, ...], opening: float) -> None:
        """Let the motors pull towards joint angles (radians) and an opening (metres)."""
        p.setJointMotorControlArray(
            self.body,
            self._joints + self._fingers,
            p.POSITION_CONTROL,
            targetPositions=(*joints, *self._finger_positions(opening)),
            forces=self._forces,
            positionGains=(self.gain,) * len(self._forces),
            physicsClientId=self._client,
        )

    def joints(self) -> tuple[float, ...]:
        """Return the joint angles (radians; metres if they slide)."""
        states = p.getJointStates(self.body, self._joints, physicsClientId=self._client)
        return tuple(state[0] for state in states)

    def scale_finger_friction(self, factor: float) -> None:
        """Multiply the friction of the fingers, if there are any, by a factor of the usual one."""
        for joint in self._fingers:
            assert self.spec.gripper is not None
            p.changeDynamics(
                self.body,
                joint,
                lateralFriction=self.spec.gripper.friction * factor,
                physicsClientId=self._client,
            )

    def hand(self) -> tuple[Vector, tuple[float, float, float, float]]:
        """Return the end effector's position (metres) and orientation_xyzw."""
        state = p.getLinkState(
            self.body,
            self._end_effector,
            computeForwardKinematics=True,
            physicsClientId=self._client,
        )
        return state[4], state[5]

    def pose(self) -> Pose:
        """Return the end effector's position (metres), yaw (radians) and opening (metres)."""
        position, orientation = self.hand()
        along_x, along_y, _ = in_world(orientation, self._yaw_axis)
        return position, math.atan2(along_y, along_x), self._opening()

    def tilt(self) -> float:
        """Return how far the hand is tilted about the line of its fingers, radians."""
        x, y, down = in_world(self.hand()[1], self._yaw_axis)
        return math.atan2(-down, math.hypot(x, y))

    def tool_direction(self) -> Vector:
        """Return where the tool points, a unit vector of the world frame."""
        if self.spec.tool_axis is None:
            return 0.0, 0.0, -1.0
        return in_world(self.hand()[1], self.spec.tool_axis)

    def _finger_positions(self, opening: float) -> tuple[float, ...]:
        opening = min(opening, self.spec.opening)
        return tuple(
            shut + opening * travel for shut, travel in zip(self._closed, self._travel, strict=True)
        )

    def _opening(self) -> float:
        if not self._fingers:
            return 0.0
        states = p.getJointStates(self.body, self._fingers, physicsClientId=self._client)
        shares = zip(states, self._closed, self._travel, strict=True)
        return float(sum((s[0] - shut) / travel for s, shut, travel in shares) / len(self._fingers))


def check_home(spec: RobotSpec) -> None:
    """Load a robot and refuse it if its home is not where the end effector waits.

    Raises:
        InvalidValueError: Says where it is and where it should be.
    """
    client = connect()
    try:
        robot = Robot(client, spec)
        position, yaw, _ = robot.pose()
        down = robot.tool_direction()[2]
    finally:
        p.disconnect(client)
    away = math.dist(position, HOME_EE_POSITION)
    if away > HOME_TOLERANCE or abs(yaw) > MOST_TILT or down > -math.cos(MOST_TILT):
        at = ", ".join(f"{x:.3f}" for x in position)
        tilt = math.degrees(math.acos(max(-1.0, min(1.0, -down))))
        raise InvalidValueError(
            f"Robot '{spec.name}': 'home' puts '{spec.end_effector}' at ({at}), yaw {yaw:.2f}, "
            f"{tilt:.0f} degrees from pointing down; it must be at "
            f"{HOME_EE_POSITION}, yaw 0, pointing down."
        )


def find_robot(robot: str | RobotSpec) -> RobotSpec:
    """Return the robot of that name, or the one that is given after trying it.

    Raises:
        UnknownNameError: If no robot has that name.
        InvalidValueError: If it is neither a name nor a `RobotSpec`, or a given one does not fit
            its URDF, or is not at home at home.
    """
    if isinstance(robot, str):
        return ROBOTS[robot]
    if not isinstance(robot, RobotSpec):
        raise InvalidValueError(
            f"robot must be a name or a RobotSpec, got {robot!r:.80}. Names: {', '.join(ROBOTS)}."
        )
    robot.read_joints()
    check_home(robot)
    return robot

"""A loop for a policy and a robot, or the one line that says why they do not go together."""

import math
from dataclasses import dataclass, field

import numpy as np

from vlsim.deploy.running.arm import Arm
from vlsim.deploy.running.clock import Clock
from vlsim.deploy.running.limits import Limits, Vector, joint_axes, pose_axes
from vlsim.deploy.running.loop import ControlLoop, Senses
from vlsim.deploy.running.motions import Motions
from vlsim.deploy.running.safety_filter import SafetyFilter
from vlsim.deploy.running.steering import Steering, Steps
from vlsim.errors import InvalidValueError
from vlsim.interface.action import action_spec
from vlsim.interface.policy import ANY, Informed, Policy, rate_in_words
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.driver import Robot
from vlsim.robots.kinematics import Kinematics
from vlsim.robots.wiring import Wiring
from vlsim.world.camera import FRONT, Camera

BY_JOINTS = "joint_delta"


@dataclass(frozen=True)
class Running:
    """How a policy is run.

    Args:
        hz: Commands a second.
        speed: Share of the full speed.
        seconds: The run ends after so long.
        moves: Whether the arm is sent anything.
        limits: What it may do at full speed.
        camera: Where the front camera stands, for the points of `primitive`.

    Raises:
        InvalidValueError: If a number cannot be.
    """

    hz: float = 30.0
    speed: float = 0.1
    seconds: float = 60.0
    moves: bool = False
    limits: Limits = field(default_factory=Limits)
    camera: Camera = FRONT

    def __post_init__(self) -> None:
        """Refuse rates and times that are none."""
        if not 1.0 <= self.hz <= 1000.0:
            raise InvalidValueError(f"hz must lie from 1 to 1000, got {self.hz:g}.")
        if not 0.0 < self.speed <= 1.0:
            raise InvalidValueError(
                f"speed must be above 0 and at most 1, the full speed, got {self.speed:g}."
            )
        if not 0.0 < self.seconds < math.inf:
            raise InvalidValueError(f"seconds must be above 0, got {self.seconds:g}.")


def check_robot(policy: Policy, robot: Robot, wiring: Wiring, hz: float) -> str:
    """Refuse a policy that this robot cannot be moved by; return its control mode.

    Raises:
        InvalidValueError: One line with what the policy needs and what the robot has.
    """
    spec, name = policy.spec, policy.name
    if isinstance(policy, Informed):
        raise InvalidValueError(
            f"The policy '{name}' needs the facts of the scene, which a robot does not have; take "
            "one that acts on observations."
        )
    if spec.control == ANY:
        raise InvalidValueError(
            f"The policy '{name}' does not say its control mode, which an arm has to know."
        )
    if spec.robot not in (ANY, wiring.robot):
        raise InvalidValueError(
            f"The policy '{name}' is for the robot '{spec.robot}', and this one is "
            f"'{wiring.robot}'."
        )
    for camera in spec.cameras:
        if camera not in wiring.cameras:
            raise InvalidValueError(
                f"The policy '{name}' needs the camera '{camera}', and the robot has "
                f"{', '.join(wiring.cameras) or 'none'}."
            )
    parts, what = (wiring.pose, "poses"), "poses of the hand"
    if spec.control == BY_JOINTS:
        parts, what = (wiring.joints, "joints"), "joints"
    features = [feature.name for feature in parts[0]]
    if not features or not set(features) <= set(robot.action_features):
        raise InvalidValueError(
            f"The policy '{name}' acts by control '{spec.control}', which needs a robot that is "
            f"told {what}, and '{robot.name}' is told "
            f"{', '.join(robot.action_features) or 'nothing'}."
        )
    n_joints = len(ROBOTS[wiring.robot].joints)
    if wiring.joints and len(wiring.joints) != n_joints:
        raise InvalidValueError(
            f"The robot '{wiring.robot}' has {n_joints} joints, and the wiring of '{robot.name}' "
            f"names {len(wiring.joints)}."
        )
    declared = [*wiring.cameras.values(), *([wiring.time] if wiring.time else [])]
    declared += [f.name for f in (*wiring.joints, *wiring.pose)]
    if missing := [f for f in declared if f not in robot.observation_features]:
        raise InvalidValueError(
            f"The wiring of the robot '{robot.name}' names '{missing[0]}', and it observes "
            f"{', '.join(robot.observation_features) or 'nothing'}."
        )
    rate = spec.rate_hz if spec.rate_hz != ANY else action_spec(spec.control).rate_hz
    if rate is not None and not math.isclose(hz / float(rate), max(round(hz / float(rate)), 1)):
        raise InvalidValueError(
            f"The policy '{name}' acts at {rate_in_words(rate)}, and the loop runs at {hz:g} Hz, "
            f"which is no multiple of it; choose another --hz, such as {3 * float(rate):g}."
        )
    return spec.control


def start_loop(
    policy: Policy, robot: Robot, wiring: Wiring, clock: Clock, running: Running
) -> tuple[ControlLoop, Arm]:
    """Return a loop for a robot that is connected, and its arm, standing where it is.

    Raises:
        InvalidValueError: If they do not go together, or the arm is outside its limits.
    """
    control = check_robot(policy, robot, wiring, running.hz)
    by_joints = control == BY_JOINTS
    spec, limits, period = ROBOTS[wiring.robot], running.limits, 1.0 / running.hz
    is_needed = by_joints or not wiring.pose
    kinematics = Kinematics(spec) if is_needed else None
    joints = spec.read_joints() if by_joints else ()
    full = joint_axes(limits, joints) if by_joints else pose_axes(limits, spec.hand)
    axes = full.slowed(running.speed)
    senses = Senses(robot, wiring, kinematics, by_joints=by_joints)
    start = senses.observe(clock).measured
    floor = (*limits.low[:2], max(limits.low[2], limits.table))

    def is_inside(values: Vector) -> bool:
        assert kinematics is not None
        at = np.array(kinematics.pose(values[:-1].tolist())[:3])
        return bool((at >= floor).all() and (at <= limits.high).all())

    safety = SafetyFilter(
        axes,
        limits,
        period,
        start,
        clock.now() + running.seconds,
        is_inside if by_joints else None,
    )
    arm = Arm(robot, wiring, safety, clock, period, by_joints=by_joints, moves=running.moves)
    action = action_spec(control, len(joints))
    rate = action.rate_hz if policy.spec.rate_hz == ANY else policy.spec.rate_hz
    steering: Steering
    if rate is None:
        steering = Motions(axes, running.speed, period, running.camera, spec.hand)
    else:
        periods = round(running.hz / float(rate))
        size = len(action.channels)
        steering = Steps(control, axes, running.speed, periods, size, joints)
    loop = ControlLoop(
        policy,
        senses,
        arm,
        steering,
        clock,
        period,
        None if rate is None else 1.0 / float(rate),
        frozen=limits.frozen,
        choices=len(action.choices),
    )
    return loop, arm

"""A robot behind ROS 2 topics: pictures, joints and words in, joint trajectories or twists out.

`Ros2Robot` is a robot like any other (vlsim.robots.driver); a subclass says its wiring and topics,
and `vlsim run POLICY --robot my_cell:Arm` runs it. rclpy comes with ROS 2, not from PyPI, and is
imported when the robot is connected. Tested with fakes of the messages, not on a robot.
"""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.running.clock import Clock, MonotonicClock
from vlsim.errors import InvalidValueError, RobotError
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.driver import RobotAction, RobotObservation
from vlsim.robots.kinematics import Kinematics
from vlsim.robots.wiring import Wiring

CHANNELS = {"rgb8": slice(None), "bgr8": slice(None, None, -1)}
"""Encodings of pictures that are read, and how their channels become RGB."""
TIME = "time"
WAIT = 10.0
"""Longest wait for the first message of each topic, seconds."""


@dataclass(frozen=True)
class Topics:
    """Where a robot listens and talks.

    Args:
        images: Topic of each camera (sensor_msgs/Image), by the name that the wiring has for it.
        joint_states: Topic of the joints (sensor_msgs/JointState), fingers among them.
        command: Topic that moves the arm.
        kind: What is sent there: "trajectory", a trajectory_msgs/JointTrajectory of one point, or
            "twist", a geometry_msgs/Twist in the base frame.
        gripper: Topic of a JointTrajectory for the fingers, where `command` takes twists.
        instruction: Topic of what to do (std_msgs/String).
        period: Seconds between two commands: when a point of a trajectory shall be reached.
    """

    images: Mapping[str, str]
    joint_states: str = "/joint_states"
    command: str = "/joint_trajectory_controller/joint_trajectory"
    kind: Literal["trajectory", "twist"] = "trajectory"
    gripper: str = ""
    instruction: str = "/vlsim/instruction"
    period: float = 1 / 30

    def __post_init__(self) -> None:
        """Refuse another kind of message."""
        if self.kind not in ("trajectory", "twist"):
            raise InvalidValueError(
                f"kind of the topics must be 'trajectory' or 'twist', got {self.kind!r}."
            )


@dataclass
class Heard:
    """What each topic said last, as the robot's numbers: one thread writes, another reads."""

    pictures: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    joints: dict[str, float] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    """When what each topic says was true, seconds of our clock."""
    instruction: str = ""


def picture_of(message: Any) -> NDArray[np.uint8]:  # noqa: ANN401
    """Return the pixels (H, W, 3) of a sensor_msgs/Image.

    Raises:
        InvalidValueError: If it is in another encoding, or its size is not what it says.
    """
    if message.encoding not in CHANNELS:
        raise InvalidValueError(
            f"Pictures must be encoded as {' or '.join(CHANNELS)}, got '{message.encoding}'; let "
            "the camera's driver, or image_proc, send one of these."
        )
    height, width, step = message.height, message.width, message.step
    data = np.frombuffer(bytes(message.data), np.uint8)
    if step < 3 * width or len(data) != step * height or not len(data):
        raise InvalidValueError(
            f"A picture of {width} x {height} pixels with {step} bytes a row has "
            f"{step * height} bytes, got {len(data)}."
        )
    rows = data.reshape(height, step)[:, : 3 * width].reshape(height, width, 3)
    return np.ascontiguousarray(rows[..., CHANNELS[message.encoding]])


class Ros2Robot:
    """A robot with ROS 2's topics; give a subclass a `wiring` and `topics`.

    The joints of the wiring are named as in JointState, in radians or metres. Told twists, the arm
    knows its pose by forward kinematics of the robot that the wiring names.

    Args:
        clock: Time.
    """

    name = "ros2"
    wiring: ClassVar[Wiring]
    topics: ClassVar[Topics]

    def __init__(self, clock: Clock | None = None) -> None:
        """Listen to nothing yet."""
        self._clock = clock or MonotonicClock()
        self._heard = Heard()
        self._lock = threading.Lock()
        self._bus: Any = None
        self._sent: NDArray[np.float64] | None = None
        self._kinematics = Kinematics(ROBOTS[self.wiring.robot])

    @property
    def instruction(self) -> str:
        """What was said last on the topic of instructions."""
        return self._heard.instruction

    @property
    def _joint_names(self) -> list[str]:
        opening = [self.wiring.opening] if self.wiring.opening else []
        return [feature.name for feature in (*self.wiring.joints, *opening)]

    @property
    def observation_features(self) -> dict[str, Any]:
        """The joints, the pose if it is told poses, the cameras, and `time`."""
        numbers = [*self._joint_names, *(feature.name for feature in self.wiring.pose), TIME]
        pictures = dict.fromkeys(self.topics.images, (None, None, 3))
        return {**dict.fromkeys(numbers, float), **pictures}

    @property
    def action_features(self) -> dict[str, Any]:
        """The joints, or the pose where twists are sent."""
        if self.topics.kind == "trajectory":
            return dict.fromkeys(self._joint_names, float)
        opening = [self.wiring.opening] if self.wiring.opening else []
        return {feature.name: float for feature in (*self.wiring.pose, *opening)}

    @property
    def is_connected(self) -> bool:
        """Whether it listens."""
        return self._bus is not None

    @property
    def is_calibrated(self) -> bool:
        """Always: its driver has done that."""
        return True

    def connect(self, calibrate: bool = True) -> None:
        """Subscribe, and wait for the first message of each topic.

        Raises:
            RobotError: If ROS 2 is not there, or a topic stays silent.
        """
        self.attach(_start_node(self))
        needed = [*self.topics.images, self.topics.joint_states]
        until = self._clock.now() + WAIT
        while missing := [topic for topic in needed if topic not in self._heard.times]:
            if self._clock.now() >= until:
                self.disconnect()
                raise RobotError(
                    f"Nothing came from '{missing[0]}' in {WAIT:g} s; is it published?"
                )
            self._clock.sleep_until(self._clock.now() + 0.05)

    def attach(self, bus: Any) -> None:  # noqa: ANN401
        """Talk over a bus: `messages`, `publish(topic, message)`, `now()` and `close()`."""
        self._bus = bus

    def calibrate(self) -> None:
        """Nothing; see `is_calibrated`."""

    def configure(self) -> None:
        """Nothing: the controller's parameters are ROS's."""

    def disconnect(self) -> None:
        """Stop listening; twice is fine."""
        if self._bus is not None:
            self._bus.close()
        self._bus = None

    def on_image(self, camera: str, message: Any) -> None:  # noqa: ANN401
        """Take a sensor_msgs/Image."""
        picture = picture_of(message)
        with self._lock:
            self._heard.pictures[camera] = picture
            self._heard.times[camera] = self._taken(message)

    def on_joint_state(self, message: Any) -> None:  # noqa: ANN401
        """Take a sensor_msgs/JointState; joints of other robots are left out."""
        with self._lock:
            named = dict(zip(message.name, map(float, message.position), strict=True))
            self._heard.joints.update({n: named[n] for n in self._joint_names if n in named})
            self._heard.times[self.topics.joint_states] = self._taken(message)

    def on_instruction(self, message: Any) -> None:  # noqa: ANN401
        """Take a std_msgs/String."""
        self._heard.instruction = message.data.strip()

    def _taken(self, message: Any) -> float:  # noqa: ANN401
        """Return when a message was true, on our clock: ROS may count from elsewhere."""
        stamp = message.header.stamp
        age: float = self._bus.now() - (stamp.sec + 1e-9 * stamp.nanosec)
        return self._clock.now() - age

    def get_observation(self) -> RobotObservation:
        """Return the last of everything; `time` is that of the oldest."""
        with self._lock:
            joints, pictures = dict(self._heard.joints), dict(self._heard.pictures)
            times = dict(self._heard.times)
        wiring = self.wiring
        seen: RobotObservation = {**joints, **pictures, TIME: min(times.values())}
        if wiring.pose:
            pose = self._kinematics.pose(wiring.read_joints(seen))
            seen |= {f.name: f.write(value) for f, value in zip(wiring.pose, pose, strict=True)}
        return seen

    def send_action(self, action: RobotAction) -> RobotAction:
        """Publish a target: where the joints shall be a period from now, or how the hand moves."""
        names = self._joint_names
        if self.topics.kind == "trajectory":
            self._publish(self.topics.command, names, [action[name] for name in names])
            return action
        wiring, messages = self.wiring, self._bus.messages
        pose = np.array(wiring.read_pose(action))
        before = (
            np.array(wiring.read_pose(self.get_observation())) if self._sent is None else self._sent
        )
        self._sent = pose
        way = (pose - before) / self.topics.period
        twist = messages.Twist()
        twist.linear.x, twist.linear.y, twist.linear.z = way[:3].tolist()
        # Yaw turns about z; tilt about the line of the fingers, y turned by the yaw.
        yaw, (yaw_rate, tilt_rate) = pose[3], way[3:].tolist()
        twist.angular.x, twist.angular.y = -math.sin(yaw) * tilt_rate, math.cos(yaw) * tilt_rate
        twist.angular.z = yaw_rate
        self._bus.publish(self.topics.command, twist)
        if wiring.opening and self.topics.gripper:
            name = wiring.opening.name
            self._publish(self.topics.gripper, [name], [action[name]])
        return action

    def _publish(self, topic: str, names: list[str], positions: list[float]) -> None:
        messages = self._bus.messages
        point = messages.JointTrajectoryPoint()
        point.positions = [float(position) for position in positions]
        nanoseconds = round(1e9 * self.topics.period)
        point.time_from_start.sec, point.time_from_start.nanosec = divmod(nanoseconds, 10**9)
        trajectory = messages.JointTrajectory()
        trajectory.joint_names, trajectory.points = names, [point]
        self._bus.publish(topic, trajectory)


def _start_node(robot: Ros2Robot) -> Any:  # noqa: ANN401
    """Return a bus over a node of rclpy that listens in a thread of its own."""
    try:
        import rclpy
        from geometry_msgs.msg import Twist
        from rclpy.executors import SingleThreadedExecutor
        from rclpy.qos import qos_profile_sensor_data
        from sensor_msgs.msg import Image, JointState
        from std_msgs.msg import String
        from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint
    except ImportError as error:
        raise RobotError(
            f"A robot of ROS 2 needs the package '{error.name}', which comes with ROS 2, not with "
            "pip; source it first: . /opt/ros/DISTRIBUTION/setup.bash"
        ) from error
    rclpy.init()
    node, topics = rclpy.create_node("vlsim"), robot.topics
    executor = SingleThreadedExecutor()
    executor.add_node(node)

    def hears(camera: str) -> Callable[[Any], None]:
        return lambda message: robot.on_image(camera, message)

    publishers = {
        topics.command: node.create_publisher(
            JointTrajectory if topics.kind == "trajectory" else Twist, topics.command, 1
        )
    }
    if topics.gripper:
        publishers[topics.gripper] = node.create_publisher(JointTrajectory, topics.gripper, 1)

    def close() -> None:
        executor.shutdown()
        node.destroy_node()
        rclpy.shutdown()

    bus = SimpleNamespace(
        messages=SimpleNamespace(
            Twist=Twist,
            JointTrajectory=JointTrajectory,
            JointTrajectoryPoint=JointTrajectoryPoint,
        ),
        publish=lambda topic, message: publishers[topic].publish(message),
        now=lambda: 1e-9 * node.get_clock().now().nanoseconds,
        close=close,
    )
    robot.attach(bus)
    for camera, topic in topics.images.items():
        node.create_subscription(Image, topic, hears(camera), qos_profile_sensor_data)
    node.create_subscription(JointState, topics.joint_states, robot.on_joint_state, 10)
    node.create_subscription(String, topics.instruction, robot.on_instruction, 10)
    threading.Thread(target=executor.spin, name="ros2", daemon=True).start()
    return bus

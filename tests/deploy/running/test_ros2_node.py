"""A robot of ROS 2 over fake messages: what they mean, and what is published."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.deploy.running.test_loop import FORWARD, Records, Scripted
from vlsim.deploy.running.clock import SteppedClock
from vlsim.deploy.running.loop import FINISHED
from vlsim.deploy.running.ros2_node import Ros2Robot, Topics, picture_of
from vlsim.deploy.running.setup import Running, start_loop
from vlsim.errors import InvalidValueError, RobotError
from vlsim.robots.catalogue import PANDA
from vlsim.robots.driver import Robot
from vlsim.robots.wiring import POSE_FEATURES, Feature, Wiring

JOINTS = tuple(Feature(name, "rad") for name in PANDA.joints)
FINGERS = Feature("finger", "m")
ROS_AHEAD = 1000.0
"""What ROS's clock is ahead of ours by, seconds."""


class Trajectories(Ros2Robot):
    wiring = Wiring("panda", {"front": "cam"}, pose=(), joints=JOINTS, opening=FINGERS, time="time")
    topics = Topics({"cam": "/camera/image_raw"})


class Twists(Ros2Robot):
    wiring = Wiring("panda", {"front": "cam"}, POSE_FEATURES, JOINTS, FINGERS, "time")
    topics = Topics({"cam": "/i"}, command="/twist", kind="twist", gripper="/fingers")


class Bus:
    """Messages with the fields that the real ones have, and everything that was published."""

    def __init__(self, clock: SteppedClock) -> None:
        self.clock, self.published, self.is_closed = clock, [], False
        point = lambda: SimpleNamespace(positions=[], time_from_start=SimpleNamespace())  # noqa: E731
        self.messages = SimpleNamespace(
            Twist=lambda: SimpleNamespace(linear=SimpleNamespace(), angular=SimpleNamespace()),
            JointTrajectory=lambda: SimpleNamespace(joint_names=[], points=[]),
            JointTrajectoryPoint=point,
        )

    def publish(self, topic: str, message: Any) -> None:
        self.published.append((topic, message))

    def now(self) -> float:
        return self.clock.now() + ROS_AHEAD

    def close(self) -> None:
        self.is_closed = True


def header(seconds: float) -> Any:
    whole = int(seconds)
    stamp = SimpleNamespace(sec=whole, nanosec=round((seconds - whole) * 1e9))
    return SimpleNamespace(stamp=stamp)


def image(at: float, encoding: str = "rgb8", padding: int = 0) -> Any:
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 1] = 10, 20, 30
    rows = np.pad(pixels.reshape(2, 9), ((0, 0), (0, padding)))
    return SimpleNamespace(
        header=header(at + ROS_AHEAD),
        height=2,
        width=3,
        step=9 + padding,
        encoding=encoding,
        data=rows.tobytes(),
    )


def joint_state(at: float) -> Any:
    return SimpleNamespace(
        header=header(at + ROS_AHEAD),
        name=["finger", "other_arm", *PANDA.joints],
        position=[0.04, 9.0, *PANDA.home],
    )


def heard(kind: type[Ros2Robot], clock: SteppedClock) -> tuple[Ros2Robot, Bus]:
    robot, bus = kind(clock), Bus(clock)
    robot.attach(bus)
    robot.on_image("cam", image(clock.now()))
    robot.on_joint_state(joint_state(clock.now()))
    return robot, bus


def test_pictures_are_rgb_whatever_their_order_and_padding() -> None:
    assert picture_of(image(0.0))[0, 1].tolist() == [10, 20, 30]
    assert picture_of(image(0.0, "bgr8"))[0, 1].tolist() == [30, 20, 10]
    assert picture_of(image(0.0, padding=5)).shape == (2, 3, 3)


def test_pictures_in_another_form_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="encoded as rgb8 or bgr8, got 'mono16'"):
        picture_of(image(0.0, "mono16"))
    torn = image(0.0)
    torn.data = torn.data[:-1]
    with pytest.raises(InvalidValueError, match=r"with 9 bytes a row has 18 bytes, got 17"):
        picture_of(torn)


def test_what_is_observed_is_the_last_of_everything_and_as_old_as_the_oldest() -> None:
    clock = SteppedClock()
    robot, _ = heard(Trajectories, clock)
    assert isinstance(robot, Robot)
    clock.sleep_until(5.0)
    robot.on_image("cam", image(4.9))
    robot.on_joint_state(joint_state(4.8))
    seen = robot.get_observation()
    assert seen["time"] == pytest.approx(4.8, abs=1e-6)
    assert seen[PANDA.joints[3]] == PANDA.home[3]
    assert "other_arm" not in seen
    assert set(seen) == set(robot.observation_features)


def test_a_trajectory_is_one_point_a_period_away() -> None:
    robot, bus = heard(Trajectories, SteppedClock())
    action = {name: 0.1 * i for i, name in enumerate((*PANDA.joints, "finger"))}
    assert robot.send_action(action) == action
    topic, message = bus.published[0]
    assert topic == "/joint_trajectory_controller/joint_trajectory"
    assert message.joint_names == [*PANDA.joints, "finger"]
    assert message.points[0].positions == pytest.approx([0.1 * i for i in range(8)])
    start = message.points[0].time_from_start
    assert (start.sec, start.nanosec) == (0, 33333333)


def test_a_twist_is_the_way_from_target_to_target_and_the_fingers_have_their_own_topic() -> None:
    robot, bus = heard(Twists, SteppedClock())
    seen = robot.get_observation()
    assert [seen[f.name] for f in POSE_FEATURES[:3]] == pytest.approx([0.3, 0.0, 0.3], abs=0.01)
    still = {feature.name: seen[feature.name] for feature in (*POSE_FEATURES, FINGERS)}
    robot.send_action(still)
    robot.send_action({**still, "ee.x": still["ee.x"] + 0.01, "ee.yaw": still["ee.yaw"] + 0.02})
    (_, first), _, (topic, twist), (fingers, _) = bus.published
    assert (topic, fingers) == ("/twist", "/fingers")
    assert [first.linear.x, first.angular.z] == pytest.approx([0.0, 0.0])
    assert twist.linear.x == pytest.approx(0.3)
    assert twist.angular.z == pytest.approx(0.6)


@pytest.mark.parametrize("kind", [Trajectories, Twists])
def test_the_control_loop_runs_over_it(kind: type[Ros2Robot]) -> None:
    clock = SteppedClock()
    robot, bus = heard(kind, clock)
    is_joints = kind is Trajectories
    action = np.array([0.5, *[0] * 6, 1], np.float32) if is_joints else FORWARD
    policy = Scripted(action, control="joint_delta" if is_joints else "ee_delta")

    def look(number: int) -> None:
        robot.on_image("cam", image(clock.now()))
        robot.on_joint_state(joint_state(clock.now()))

    policy.before_acting = look
    loop, _ = start_loop(policy, robot, robot.wiring, clock, Running(30.0, 1.0, 9.0, moves=True))
    loop.prepare("go")
    assert loop.run(Records(), 2).reason == FINISHED
    assert len(bus.published) >= 6


def test_words_are_heard_and_a_missing_ros_says_where_it_comes_from() -> None:
    robot = Trajectories(SteppedClock())
    robot.on_instruction(SimpleNamespace(data=" put the red cube in the bowl\n"))
    assert robot.instruction == "put the red cube in the bowl"
    with pytest.raises(RobotError, match="comes with ROS 2, not with pip; source it first"):
        robot.connect()
    with pytest.raises(InvalidValueError, match="'trajectory' or 'twist', got 'pose'"):
        Topics({}, kind="pose")  # type: ignore[arg-type]

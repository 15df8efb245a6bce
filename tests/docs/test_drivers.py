"""The example drivers, over fakes of the makers' packages: what they read and write."""

import importlib
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.deploy.running.fake_robot import So101
from vlsim.robots.driver import HasDeadMan, Robot, Wired
from vlsim.world.quaternion import turned_by

DRIVERS = Path(__file__).parents[2] / "docs" / "examples" / "drivers"
POSE, OPENING = (0.4, -0.1, 0.2, 0.5, 0.3), 0.06


class Calls:
    """Takes every call and keeps it; answers what it was told to."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.made = answers, {}

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **_: Any) -> Any:
            self.made[name] = arguments
            return self.answers.get(name)

        return call


@pytest.fixture(autouse=True)
def drivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(DRIVERS))
    yield
    for name in ("pose_arm", "franka", "ur", "xarm7", "so101"):
        sys.modules.pop(name, None)


def fake(monkeypatch: pytest.MonkeyPatch, name: str, **contents: Any) -> None:
    module = ModuleType(name)
    module.__dict__.update(contents)
    monkeypatch.setitem(sys.modules, name, module)


def arm(module: str, name: str) -> Any:
    robot = getattr(importlib.import_module(module), name)()
    robot.camera = SimpleNamespace(newest=(1.5, np.zeros((480, 640, 3), np.uint8)), over=False)
    robot.open()
    assert isinstance(robot, Robot)
    assert isinstance(robot, Wired)
    return robot


def check_round_trip(robot: Any) -> None:
    action = robot.wiring.action([*POSE, OPENING], by_joints=False)
    assert robot.send_action(action) == action
    assert set(action) == set(robot.action_features)
    seen = robot.get_observation()
    assert set(seen) == set(robot.observation_features)
    assert robot.wiring.read_pose(seen) == pytest.approx(POSE, abs=1e-6)
    assert seen["time"] == 1.5


def test_franka_by_franky(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, z, w = turned_by((1.0, 0.0, 0.0, 0.0), POSE[3], POSE[4])
    first_column = [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)]
    matrix = np.eye(4)
    matrix[:3, 0] = first_column
    pose = SimpleNamespace(translation=POSE[:3], matrix=matrix)
    robot = Calls()
    robot.current_pose = SimpleNamespace(end_effector_pose=pose)
    gripper = Calls()
    gripper.width = OPENING
    fake(
        monkeypatch,
        "franky",
        Robot=lambda host: robot,
        Gripper=lambda host: gripper,
        Affine=lambda at, turn: (at, turn),
        CartesianMotion=lambda to: to,
    )
    driver = arm("franka", "Franka")
    check_round_trip(driver)
    (at, turn), *_ = robot.made["move"]
    assert at == pytest.approx(POSE[:3])
    assert turn == pytest.approx([x, y, z, w])
    assert "move_async" not in gripper.made
    driver.write(POSE, 0.0)
    assert gripper.made["move_async"][0] == 0.0
    driver.disconnect()
    assert "stop" in robot.made


def test_ur_by_rtde(monkeypatch: pytest.MonkeyPatch) -> None:
    control, io, receive = Calls(), Calls(), Calls(getActualDigitalInputBits=1)
    receive.getActualTCPPose = lambda: control.made["servoL"][0]
    for name, made in (("control", control), ("io", io), ("receive", receive)):
        kind = {"control": "Control", "io": "IO", "receive": "Receive"}[name]
        fake(monkeypatch, f"rtde_{name}", **{f"RTDE{kind}Interface": lambda h, made=made: made})
    driver = arm("ur", "Ur")
    check_round_trip(driver)
    assert isinstance(driver, HasDeadMan)
    assert driver.is_dead_man_held
    assert math.hypot(*control.made["servoL"][0][3:]) <= 2 * math.pi
    assert io.made["setStandardDigitalOut"] == (0, False)
    driver.disconnect()
    assert "servoStop" in control.made


def test_xarm_by_its_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Calls(get_gripper_position=(0, 850 * OPENING / 0.08))
    api.get_position = lambda is_radian: (0, api.made["set_servo_cartesian"][0])
    fake(monkeypatch, "xarm")
    fake(monkeypatch, "xarm.wrapper", XArmAPI=lambda host: api)
    driver = arm("xarm7", "XArm")
    check_round_trip(driver)
    assert api.made["set_servo_cartesian"][0][:4] == pytest.approx([400.0, -100.0, 200.0, 180.0])
    assert api.made["set_gripper_position"][0] == pytest.approx(637.5)
    driver.disconnect()
    assert api.made["set_state"] == (4,)


def test_so101_by_lerobot(monkeypatch: pytest.MonkeyPatch) -> None:
    class Follower(So101):
        def __init__(self, config: Any) -> None:
            super().__init__()
            self.config = config

    fake(monkeypatch, "lerobot")
    fake(monkeypatch, "lerobot.cameras")
    fake(monkeypatch, "lerobot.cameras.opencv")
    camera = "lerobot.cameras.opencv.configuration_opencv"
    fake(monkeypatch, camera, OpenCVCameraConfig=SimpleNamespace)
    fake(monkeypatch, "lerobot.robots")
    contents = {"SO101Follower": Follower, "SO101FollowerConfig": SimpleNamespace}
    fake(monkeypatch, "lerobot.robots.so101_follower", **contents)
    robot = importlib.import_module("so101").So101()
    assert isinstance(robot, Robot)
    assert isinstance(robot, Wired)
    names = [feature.name for feature in robot.wiring.joints]
    assert [*names, robot.wiring.opening.name] == list(robot.action_features)
    assert robot.config.use_degrees

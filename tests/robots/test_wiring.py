"""Features of a robot and what they are to a policy: units, names, and what is missing."""

import math

import numpy as np
import pytest

from tests.deploy.running.fake_robot import WIRING, So101
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.robots.driver import Robot, Wired
from vlsim.robots.wiring import Feature, Wiring


def test_a_robot_of_lerobot_fits_without_being_imported() -> None:
    assert isinstance(So101(), Robot)
    assert not isinstance(So101(), Wired)
    assert not isinstance(object(), Robot)


def test_degrees_and_percent_become_radians_and_metres_and_back() -> None:
    robot = So101()
    robot.at |= {"shoulder_pan.pos": 90.0, "wrist_roll.pos": -180.0, "gripper.pos": 25.0}
    seen = robot.get_observation()
    assert WIRING.read_joints(seen) == pytest.approx([math.pi / 2, 0, 0, 0, -math.pi])
    assert WIRING.read_opening(seen) == pytest.approx(0.02)
    action = WIRING.action([math.pi / 2, 0.0, 0.0, 0.0, -math.pi, 0.02], by_joints=True)
    assert action == pytest.approx(robot.at)
    assert list(action) == list(robot.action_features)
    assert WIRING.pictures(seen)["front"].shape == (4, 6, 3)


def test_millimetres_and_a_hand_without_fingers() -> None:
    pose = tuple(Feature(name, "mm") for name in "xyz") + tuple(
        Feature(name, "deg") for name in ("rz", "ry")
    )
    wiring = Wiring("pusher", {}, pose=pose, opening=None)
    assert wiring.read_pose({"x": 400, "y": -50.0, "z": np.float32(20), "rz": 180, "ry": 0}) == (
        pytest.approx((0.4, -0.05, 0.02, math.pi, 0.0))
    )
    assert wiring.read_opening({}) == 0.0
    assert wiring.action([0.4, -0.05, 0.02, math.pi, 0.0, 0.0], by_joints=False) == pytest.approx(
        {"x": 400.0, "y": -50.0, "z": 20.0, "rz": 180.0, "ry": 0.0}
    )


@pytest.mark.parametrize("wrong", [None, "1.0", math.nan, math.inf])
def test_a_number_that_is_none_is_refused_with_its_name_and_unit(wrong: object) -> None:
    with pytest.raises(InvalidValueError, match=r"must give 'a' as a finite number \(deg\), got"):
        Feature("a", "deg").read({"a": wrong})


def test_pictures_that_are_missing_or_none_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="no picture 'front', which is the camera 'front'"):
        WIRING.pictures({"shoulder_pan.pos": 1.0})
    for wrong in (np.zeros((3, 4, 6), np.uint8), np.zeros((4, 6, 3), np.float32)):
        with pytest.raises(InvalidValueError, match=r"A picture must be uint8 \(H, W, 3\)"):
            WIRING.pictures({"front": wrong})


def test_a_wiring_that_moves_nothing_and_an_unknown_unit_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="needs the features of its pose or of its joints"):
        Wiring("panda", pose=())
    with pytest.raises(InvalidValueError, match="has 5 features, x, y, z, yaw and tilt, got 1"):
        Wiring("panda", pose=(Feature("x", "m"),))
    with pytest.raises(UnknownNameError, match=r"unit of 'x' named 'degree'\. Did you mean 'deg'"):
        Feature("x", "degree")

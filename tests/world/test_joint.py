"""Joints of fixtures: their range and size, and what scenes know of them."""

import json
import math

import numpy as np
import pytest

from vlsim.errors import InvalidValueError
from vlsim.world import resting_scene, scene_from_json
from vlsim.world.joint import BUTTON, DRAWER
from vlsim.world.things import ObjectSpec

SPECS = (ObjectSpec("cube", "red"), ObjectSpec("drawer", "red"), ObjectSpec("slider", "red"))
SCENE = resting_scene(
    SPECS,
    np.array([[0.4, 0.1], [0.4, -0.1], [0.6, 0.1]]),
    np.array([0.1, 0.0, math.pi / 2]),
    np.array([0.0, 0.02, -0.03]),
)


def test_a_large_fixture_is_wider_and_reaches_further_and_is_as_high() -> None:
    small, large = ObjectSpec("drawer", "red"), ObjectSpec("drawer", "red", "large")
    assert (small.joint, small.height) == (DRAWER, 0.045)
    assert large.height == small.height
    assert large.joint is not None
    assert large.joint.range == pytest.approx((0.0, 0.0585))
    assert large.joint.handle == pytest.approx((0.078, 0.0, 0.0075))
    assert large.joint.room[0] == pytest.approx((-0.0468, 0.1534))
    assert large.footprint == pytest.approx(math.hypot(0.1534, 0.052))


def test_a_large_button_goes_down_as_far_as_a_small_one() -> None:
    large = ObjectSpec("button", "red", "large").joint
    assert large is not None
    assert large.range == BUTTON.range == (0.0, 0.012)


def test_a_share_of_the_range_is_a_joint_position() -> None:
    slider = SPECS[2].joint
    assert slider is not None
    assert [slider.at(share) for share in (0.0, 0.5, 1.0)] == pytest.approx([-0.045, 0.0, 0.045])


def test_a_hand_takes_hold_of_the_handle_or_the_middle() -> None:
    np.testing.assert_array_equal(SCENE.hold_world(0), SCENE.positions_world[0])
    assert SCENE.hold_world(1).tolist() == pytest.approx([0.48, -0.1, 0.03])
    # Turned by a quarter, the slider slides to the back instead of to the right.
    assert SCENE.joint_axis_world(2).tolist() == pytest.approx([-1.0, 0.0, 0.0])
    assert SCENE.hold_world(2).tolist() == pytest.approx([0.63, 0.1, 0.03])


def test_the_digest_sees_a_joint_and_json_keeps_it() -> None:
    joints = SCENE.joint_positions.copy()
    joints[1] = np.nextafter(joints[1], 1.0)
    other = SCENE.replace(joint_positions=joints)
    assert other.digest() != SCENE.digest()
    again = scene_from_json(json.loads(json.dumps(SCENE.to_json())))
    assert again.joint_positions.tolist() == [0.0, 0.02, -0.03]
    assert again.digest() == SCENE.digest()


def test_a_scene_without_fixtures_is_hashed_and_written_as_before_there_were_any() -> None:
    scene = resting_scene(
        (ObjectSpec("cube", "red"), ObjectSpec("bowl", "blue")),
        np.array([[0.40, 0.10], [0.43, 0.14]]),
        np.array([0.0, 0.5]),
    )
    assert scene.digest() == "cef0a17c7044e729"
    assert set(scene.to_json()["objects"][0]) == {
        "kind",
        "color",
        "size",
        "position",
        "orientation_xyzw",
    }


@pytest.mark.parametrize(
    ("kind", "position", "fits"),
    [
        ("drawer", 0.065, True),
        ("drawer", 0.0651, False),
        ("drawer", -0.02, True),
        ("drawer", -0.0201, False),
        ("cube", 0.0, True),
        ("cube", 0.001, False),
    ],
)
def test_a_joint_position_lies_in_the_range_of_its_kind(
    kind: str, position: float, fits: bool
) -> None:
    thing = {"kind": kind, "color": "red", "position": [0.5, 0, 0.02], "joint_position": position}
    if fits:
        assert scene_from_json({"objects": [thing]}).joint_positions[0] == position
    else:
        with pytest.raises(InvalidValueError, match=f"'joint_position' of a small {kind} must lie"):
            scene_from_json({"objects": [thing]})


@pytest.mark.parametrize("position", ["wide", None, [0.01], float("nan")])
def test_a_joint_position_is_a_number(position: object) -> None:
    thing = {"kind": "drawer", "color": "red", "position": [0, 0, 0], "joint_position": position}
    with pytest.raises(InvalidValueError, match="joint_position"):
        scene_from_json({"objects": [thing]})

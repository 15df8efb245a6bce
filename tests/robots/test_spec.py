"""A robot that does not fit its URDF is refused in one line that says what the file has."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.robots.catalogue import IIWA, PANDA, PUSHER
from vlsim.robots.spec import Gripper, RobotSpec
from vlsim.robots.urdf import read_urdf
from vlsim.scene.robot import check_home, find_robot

DOCUMENTED = Path(__file__).parents[2] / "docs" / "robots.md"


def with_gripper(**changes: Any) -> RobotSpec:
    assert PANDA.gripper is not None
    return replace(PANDA, name="mine", gripper=replace(PANDA.gripper, **changes))


@pytest.mark.parametrize(
    ("robot", "words"),
    [
        (
            replace(PANDA, name="mine", end_effector="tcp"),
            r"Robot 'mine': .*panda\.urdf has no link 'tcp', which 'end_effector' names\. It has: "
            "panda_link0, panda_link1,",
        ),
        (
            replace(PUSHER, joints=("slide_x", "slide_q", "slide_z")),
            r"pusher\.urdf has no movable joint 'slide_q', which 'joints' names\. It has: slide_x, "
            r"slide_y, slide_z\.",
        ),
        (
            with_gripper(joints=("panda_finger_joint1", "thumb")),
            r"panda\.urdf has no movable joint 'thumb', which 'gripper\.joints' names\.",
        ),
        # A fixed joint is there, but does not move.
        (with_gripper(joints=("panda_joint8", "panda_finger_joint1")), "no movable joint 'panda_j"),
        (replace(PANDA, home=(0.0,) * 6), "'home' has 6 positions for 7 joints"),
        (replace(PUSHER, home=(0.81, 0.0, 0.3)), "slide_x at 0.81, outside its limits 0 to 0.8"),
        (replace(PUSHER, limits=((0.0, 1.0),)), "'limits' has 1 pairs for 3 joints"),
        (replace(PANDA, tool_axis=(0.0, 0.6, 0.8)), "unit vectors at a right angle"),
        (replace(PANDA, controls=("ee_dleta",)), "'controls' names 'ee_dleta'. Known: ee_delta,"),
        (
            replace(PUSHER, home=(0.3, 0.0, 0.28)),
            r"'home' puts 'tip' at \(0\.300, 0\.000, 0\.280\), yaw 0\.00, .* it must be at "
            r"\(0\.3, 0\.0, 0\.3\), yaw 0, pointing down",
        ),
        (replace(PANDA, tool_axis=(0.0, 0.0, -1.0)), "180 degrees from pointing down"),
    ],
)
def test_a_robot_that_does_not_fit_its_urdf_is_refused(robot: RobotSpec, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words) as caught:
        make_env("push", "planar", robot=robot)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name must be a string with a letter in it, got ''"),
        ({"name": " "}, "got ' '"),
        ({"name": 3}, "got 3"),
        ({"urdf": None}, "Robot 'panda': 'urdf' must be the path of a file, got None"),
        ({"force": -3}, "Robot 'panda': 'force' must be a positive number, got -3"),
        ({"force": 0.0}, "got 0.0"),
        ({"force": float("nan")}, "got nan"),
        ({"force": float("inf")}, "got inf"),
        ({"force": True}, "got True"),
        ({"force": "strong"}, "got 'strong'"),
        ({"force": (7.0, 7.0, 7.0, 7.0, 2.0, 2.0, -2.0)}, "must be a positive number, got"),
        ({"force": (7.0, 2.0)}, "'force' has 2 numbers for 7 joints"),
    ],
)
def test_a_robot_that_cannot_be_is_refused_without_its_urdf(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidValueError, match=words):
        replace(PANDA, **changes)


@pytest.mark.parametrize("field", ["opening", "force", "friction"])
def test_the_numbers_of_a_gripper_are_positive(field: str) -> None:
    with pytest.raises(InvalidValueError, match=f"gripper's {field} must be positive, got -1"):
        with_gripper(**{field: -1})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, r"There is no file .*mine\.urdf\."),
        ("no xml", r"mine\.urdf is no URDF: syntax error"),
        ("<sdf></sdf>", r"mine\.urdf is no URDF: it describes a <sdf>, not a <robot>"),
        (
            '<robot><joint name="a" type="revolute"><limit lower="x"/></joint></robot>',
            r"mine\.urdf: the limits of joint 'a' are no numbers",
        ),
        ("<robot></robot>", r"mine\.urdf has no link 'tip', .* It has: none\."),
    ],
)
def test_a_file_that_is_no_urdf_is_refused(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "mine.urdf"
    if text is not None:
        path.write_text(text)
    for urdf in (path, str(path)):
        with pytest.raises(InvalidValueError, match=words):
            find_robot(replace(PUSHER, urdf=urdf))


def test_a_joint_has_the_limits_of_the_file() -> None:
    joints = read_urdf(PUSHER.urdf).joints
    assert [(j.low, j.high, j.slides) for j in joints.values()] == [
        (0.0, 0.8, True),
        (-0.5, 0.5, True),
        (0.0, 0.5, True),
    ]
    given = replace(PUSHER, limits=((0.2, 0.4), (-0.1, 0.1), (0.0, 0.4))).read_joints()
    assert [(j.name, j.low, j.high) for j in given] == [
        ("slide_x", 0.2, 0.4),
        ("slide_y", -0.1, 0.1),
        ("slide_z", 0.0, 0.4),
    ]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Gripper((), (), (), 0.1), "one position 'closed' and one 'open'"),
        (lambda: Gripper(("a",), (0.0,), (0.1, 0.2), 0.1), "1 joints, 1 and 2 positions"),
        (lambda: Gripper(("a",), (0.1,), (0.1,), 0.1), "'closed' equals 'open'"),
        (lambda: Gripper(("a",), (0.0,), (0.1,), 0.0), "must be positive, got 0.0"),
    ],
)
def test_a_gripper_that_cannot_move_is_refused(make: Callable[[], Gripper], words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        make()


@pytest.mark.parametrize("robot", [PANDA, IIWA])
def test_the_tool_points_down_in_the_orientation_that_is_asked_for(robot: RobotSpec) -> None:
    x, y, z, w = robot.down_xyzw
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    np.testing.assert_allclose(turn @ np.array(robot.tool_axis), [0, 0, -1], atol=1e-12)
    np.testing.assert_allclose(turn @ np.array(robot.opening_axis), [0, -1, 0], atol=1e-12)


def test_names_are_looked_up_and_a_wrong_one_is_answered() -> None:
    assert find_robot("iiwa") is IIWA
    with pytest.raises(UnknownNameError, match=r"No robot named 'pnada'\. Did you mean 'panda'"):
        find_robot("pnada")


def test_a_urdf_that_pybullet_cannot_load_is_named(tmp_path: Path) -> None:
    # A joint to a link that is not there: fine by its names, and nothing that can be built.
    path = tmp_path / "mine.urdf"
    text = PUSHER.urdf.read_text().replace('child link="carriage_x"', 'child link="nowhere"')
    path.write_text(text)
    with pytest.raises(InvalidValueError, match=r"PyBullet cannot load .*mine\.urdf"):
        check_home(replace(PUSHER, urdf=path))


def test_the_documented_example_works(capsys: pytest.CaptureFixture[str]) -> None:
    code = DOCUMENTED.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    exec(compile(code, str(DOCUMENTED), "exec"), {})
    assert capsys.readouterr().out.split() == ["True"]

import math

import numpy as np
import pytest

from tests.language.strategies import table
from vlsim.world.orientation import facing, rotated
from vlsim.world.quaternion import turned, wrapped

QUATERNIONS = {
    "upright": (0.0, 0.0, 0.0, 1.0),
    "on its side": (math.sqrt(0.5), 0.0, 0.0, math.sqrt(0.5)),
    "upside down": (1.0, 0.0, 0.0, 0.0),
}


@pytest.mark.parametrize("rolled", QUATERNIONS.values(), ids=QUATERNIONS)
@pytest.mark.parametrize(
    ("angle", "face"), [(0.0, 0.0), (0.3, 0.3), (-0.7, -0.7), (1.2, 1.2 - math.pi / 2)]
)
def test_the_side_of_a_cube_is_found_whichever_way_up_it_lies(
    rolled: tuple[float, ...], angle: float, face: float
) -> None:
    scene = table(("red cube", 0.5, 0.0))
    scene = scene.replace(orientations_xyzw=np.array([rolled]))
    assert facing(rotated(scene, 0, angle), 0) == pytest.approx(face)


def test_round_things_face_nowhere() -> None:
    assert facing(table(("red cylinder", 0.5, 0.0), yaws=(0.4,)), 0) == 0.0


@pytest.mark.parametrize("rolled", QUATERNIONS.values(), ids=QUATERNIONS)
@pytest.mark.parametrize("angle", [0.0, 0.3, -1.5, 3.1])
def test_a_turn_about_the_vertical_is_measured_and_is_no_tilt(
    rolled: tuple[float, ...], angle: float
) -> None:
    scene = table(("red cube", 0.5, 0.0))
    scene = scene.replace(orientations_xyzw=np.array([rolled]))
    now = rotated(scene, 0, angle)
    turn, tilt = turned(rolled, now.orientations_xyzw[0].tolist())
    assert turn == pytest.approx(angle)
    assert tilt == pytest.approx(0.0, abs=1e-6)


def test_a_tilt_is_no_turn() -> None:
    about_x = (math.sin(0.2), 0.0, 0.0, math.cos(0.2))
    assert turned(QUATERNIONS["upright"], about_x) == pytest.approx((0.0, 0.4))


def test_angles_are_wrapped_to_half_a_turn_either_side() -> None:
    assert wrapped(math.radians(190)) == pytest.approx(math.radians(-170))
    assert wrapped(math.radians(50), math.pi / 2) == pytest.approx(math.radians(-40))

"""Where a camera stands, found from points: exact without noise, and refused out of range."""

import math
from dataclasses import replace

import numpy as np
import pytest

from vlsim.deploy.calibration import (
    TrainedRange,
    error_px,
    fit_camera,
    image_coordinates,
    offset,
)
from vlsim.errors import InvalidValueError
from vlsim.seeding import stream
from vlsim.world.camera import FRONT

POINTS = np.array(
    [[x, y, z] for x in (0.3, 0.5, 0.7) for y in (-0.25, 0.2) for z in (0.0, 0.1)], float
)
MOVED = replace(FRONT, eye=(1.14, 0.03, 0.99), target=(0.5, 0.01, 0.0), fov_deg=24.0)


def test_a_camera_is_found_from_where_points_are_seen() -> None:
    found = fit_camera(FRONT, POINTS, MOVED.project(POINTS))
    assert found.eye == pytest.approx(MOVED.eye, abs=1e-6)
    assert found.fov_deg == pytest.approx(24.0, abs=1e-5)
    assert offset(found, MOVED).turn_deg == pytest.approx(0.0, abs=1e-4)
    assert error_px(found, POINTS, MOVED.project(POINTS), 64) < 1e-6
    assert error_px(FRONT, POINTS, MOVED.project(POINTS), 64) > 1.0


def test_what_is_marked_half_a_pixel_wrong_moves_it_by_little() -> None:
    noise = stream(0, "marks").normal(0.0, 0.5 * 2 / 480, (len(POINTS), 2))
    found = fit_camera(FRONT, POINTS, MOVED.project(POINTS) + noise)
    assert np.linalg.norm(np.subtract(found.eye, MOVED.eye)) < 0.05
    assert 0.1 < error_px(found, POINTS, MOVED.project(POINTS) + noise, 480) < 1.0


def test_an_offset_is_metres_degrees_and_a_factor() -> None:
    turned = replace(FRONT, eye=(1.16, 0.04, 0.98), target=(0.498, 0.04, 0.03), fov_deg=25.3)
    assert offset(FRONT, turned).shift == pytest.approx(0.05)
    assert offset(FRONT, turned).turn_deg == pytest.approx(0.0, abs=1e-5)
    assert offset(FRONT, turned).fov == pytest.approx(1.1)
    aside = (
        replace(FRONT, eye=(0.0, 0.0, 1.0), target=(1.0, 0.0, 1.0)),
        replace(FRONT, eye=(0.0, 0.0, 1.0), target=(1.0, math.tan(math.radians(3)), 1.0)),
    )
    assert offset(*aside).turn_deg == pytest.approx(3.0)


def test_points_that_say_too_little_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="at least 6 marked points, got 5"):
        fit_camera(FRONT, POINTS[:5], FRONT.project(POINTS[:5]))
    line = np.array([[0.3 + 0.05 * i, 0.0, 0.0] for i in range(8)])
    with pytest.raises(InvalidValueError, match="leave open where the camera stands"):
        fit_camera(FRONT, line, FRONT.project(line))


def test_the_middle_square_is_what_policies_see() -> None:
    corners = image_coordinates(np.array([[-0.5, -0.5], [639.5, 479.5]]), 480, 640)
    assert corners.tolist() == pytest.approx(
        np.array([[-640 / 480, -1.0], [640 / 480, 1.0]]), abs=1e-12
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"eye": (1.19, 0.0, 0.95)}, r"stands 3\.0 cm from .*; allowed is 2\.0 cm \(the one cam"),
        ({"target": (0.498, 0.06, 0.0)}, r"is turned 5\.\d degrees from .*; allowed is 2\.0 degr"),
        ({"fov_deg": 23.6}, r"sees 1\.026 times its field of view .* 0\.980 to 1\.020"),
    ],
)
def test_a_camera_beyond_what_was_trained_is_refused(changes: dict, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        TrainedRange().check(offset(FRONT, replace(FRONT, **changes)))


def test_the_range_of_training_is_that_of_its_cameras() -> None:
    wide = TrainedRange.of(FRONT, [FRONT, replace(FRONT, eye=(1.26, 0, 0.95), fov_deg=26.0)])
    assert wide.shift == pytest.approx(0.1)
    wide.check(offset(FRONT, replace(FRONT, eye=(1.20, 0.0, 0.95), fov_deg=25.0)))
    with pytest.raises(
        InvalidValueError, match=r"sees 0\.978 times .* 1\.000 to 1\.130 \(training\)"
    ):
        wide.check(offset(FRONT, replace(FRONT, fov_deg=22.5)))

"""Pixels and places belong together: what is projected is where it is drawn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scene.scenes import scene
from vlsim.errors import InvalidValueError
from vlsim.interface.cameras import MAX_IMAGE_SIZE, MIN_IMAGE_SIZE, check_image_size
from vlsim.scene.simulation import Simulation
from vlsim.world import WORKSPACE
from vlsim.world.camera import FRONT, VIEWER, Camera

IMAGE_COORDINATES = st.tuples(st.floats(-1, 1), st.floats(-1, 1))
CORNERS = [(x, y) for x in WORKSPACE[0] for y in WORKSPACE[1]]


def pixels(uv: np.ndarray, size: int) -> np.ndarray:
    """Return column and row of image coordinates; the middle of the first pixel is 0."""
    return (uv + 1) / 2 * size - 0.5


@given(uv=IMAGE_COORDINATES, height=st.floats(0.0, 0.2))
def test_the_way_to_the_table_and_back_ends_where_it_began(
    uv: tuple[float, float], height: float
) -> None:
    xy = FRONT.to_table(np.array(uv), height)
    np.testing.assert_allclose(FRONT.project(np.array([*xy, height])), uv, atol=1e-6)


def test_many_points_are_projected_like_each_of_them() -> None:
    points = np.array([[0.4, 0.1, 0.0], [0.6, -0.1, 0.05]])
    together = FRONT.project(points)
    assert together.shape == (2, 2)
    np.testing.assert_allclose(together[1], FRONT.project(points[1]), atol=1e-12)


def test_the_camera_looks_at_its_target_and_left_is_the_robots_right() -> None:
    np.testing.assert_allclose(FRONT.project(np.array(FRONT.target)), 0.0, atol=1e-6)
    (u_left, _), (u_right, _) = FRONT.project(np.array([[0.5, -0.1, 0.0], [0.5, 0.1, 0.0]]))
    assert u_left < 0 < u_right
    (_, v_far), (_, v_near) = FRONT.project(np.array([[0.4, 0.0, 0.0], [0.6, 0.0, 0.0]]))
    assert v_far < 0 < v_near


def test_the_whole_workspace_is_in_the_picture() -> None:
    assert np.abs(FRONT.project(np.array([(x, y, 0.0) for x, y in CORNERS]))).max() < 1.0


@pytest.mark.parametrize("camera", [FRONT, VIEWER])
@pytest.mark.parametrize(("x", "y"), [(0.42, 0.14), (0.55, 0.0), (0.6, -0.12)])
def test_a_ball_is_drawn_where_its_centre_is_projected(
    simulation: Simulation, camera: Camera, x: float, y: float
) -> None:
    size = 256
    simulation.reset(scene(("ball", x, y)))
    picture = simulation.render(camera, size)
    rows, columns = np.nonzero(simulation.segmentation(picture) == 0)
    assert len(rows) > 50
    expected = pixels(camera.project(np.array([x, y, 0.02])), size)
    np.testing.assert_allclose([columns.mean(), rows.mean()], expected, atol=1.0)


def test_depth_is_the_distance_along_the_optical_axis(simulation: Simulation) -> None:
    size = 128
    simulation.reset(scene())
    picture = simulation.render(FRONT, size)
    forward = np.array(FRONT.target) - np.array(FRONT.eye)
    forward /= np.linalg.norm(forward)
    column, row = 20, 90  # bare table, beside the arm
    uv = (np.array([column, row]) + 0.5) / size * 2 - 1
    point = np.array([*FRONT.to_table(uv), 0.0])
    assert simulation.segmentation(picture)[row, column] == -1
    assert picture.depth[row, column] == pytest.approx(
        (point - np.array(FRONT.eye)) @ forward, abs=0.003
    )


def test_a_ball_is_nearer_than_the_table_behind_it_by_its_height(simulation: Simulation) -> None:
    simulation.reset(scene(("ball", 0.5, 0.0)))
    picture = simulation.render(FRONT, 128)
    found = simulation.segmentation(picture) == 0
    distance = math.dist(FRONT.eye, (0.5, 0.0, 0.02))
    assert picture.depth[found].min() == pytest.approx(distance - 0.02, abs=0.004)


def test_the_background_of_a_depth_picture_is_the_far_plane() -> None:
    empty = Simulation()
    up = Camera(eye=(0.5, 0.0, 0.5), target=(1.0, 0.0, 1.5), fov_deg=20.0)
    empty.reset(scene())
    depth = empty.render(up, 32).depth
    empty.close()
    np.testing.assert_allclose(depth, up.far, rtol=1e-5)


def test_a_picture_stays_as_it_was_when_the_next_is_drawn(simulation: Simulation) -> None:
    simulation.reset(scene(("ball", 0.5, 0.0)))
    rgb = simulation.render(FRONT, 64).rgb
    before = rgb.copy()
    simulation.reset(scene(("cube", 0.4, 0.1)))
    assert (simulation.render(FRONT, 64).rgb != before).any()
    np.testing.assert_array_equal(rgb, before)


def test_a_picture_does_not_depend_on_the_one_before_it(simulation: Simulation) -> None:
    simulation.reset(scene(("ball", 0.5, 0.0)))
    first = simulation.render(FRONT, 64).rgb
    simulation.render(VIEWER, 480, shadow=True)
    np.testing.assert_array_equal(simulation.render(FRONT, 64).rgb, first)


@pytest.mark.parametrize("size", [MIN_IMAGE_SIZE, 65, MAX_IMAGE_SIZE])
def test_pictures_of_every_allowed_size_can_be_drawn(simulation: Simulation, size: int) -> None:
    assert check_image_size(size) == size
    simulation.reset(scene(("ball", 0.5, 0.0)))
    picture = simulation.render(FRONT, size)
    assert picture.rgb.shape == (size, size, 3)
    assert picture.rgb.dtype == np.uint8
    assert picture.depth.shape == (size, size)


@pytest.mark.parametrize("size", [MIN_IMAGE_SIZE - 1, MAX_IMAGE_SIZE + 1, 64.5, "64", True, None])
def test_other_sizes_are_refused(size: object) -> None:
    with pytest.raises(InvalidValueError, match="whole number of pixels from 32 to 512, got"):
        check_image_size(size)  # type: ignore[arg-type]

"""Cameras are chosen by name or described; what cannot be drawn with is refused in one line."""

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from tests.scene.scenes import scene
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.cameras import WRIST, check_camera, choose_cameras
from vlsim.scene.simulation import Simulation
from vlsim.world.camera import FRONT, VIEWER, Camera
from vlsim.world.hand import EndEffectorTarget

SIDE = Camera(eye=(0.5, 0.8, 0.5), target=(0.5, 0.0, 0.0), fov_deg=40.0)
OVERHEAD = Camera(eye=(0.5, 0.0, 1.2), target=(0.5, 0.0, 0.0), fov_deg=30.0, up=(-1.0, 0.0, 0.0))
EACH = pytest.mark.parametrize("camera", [FRONT, VIEWER, WRIST, SIDE, OVERHEAD])
AT = (0.5, 0.02, 0.16)


def to_pixels(camera: Camera, point_world: np.ndarray, size: int) -> np.ndarray:
    """Return column, row and depth by the matrices alone."""
    in_camera = camera.extrinsics @ np.append(point_world, 1.0)
    column, row, one = camera.intrinsics(size) @ in_camera[:3] / in_camera[2]
    assert one == pytest.approx(1.0)
    return np.array([column, row, in_camera[2]])


def test_the_front_camera_comes_first_whatever_was_asked_for() -> None:
    assert choose_cameras(("front",)) == {"front": FRONT}
    found = choose_cameras(("wrist", "front"))
    assert list(found.items()) == [("front", FRONT), ("wrist", WRIST)]


@pytest.mark.parametrize("asked", [("wrist",), ["wrist"], "wrist", {"wrist": WRIST}])
def test_the_front_camera_is_there_without_being_named(asked: Any) -> None:
    assert list(choose_cameras(asked).items()) == [("front", FRONT), ("wrist", WRIST)]
    assert choose_cameras(type(asked)()) == {"front": FRONT}


def test_a_camera_may_be_described_in_json() -> None:
    described = json.loads(json.dumps({"front": asdict(FRONT), "side": asdict(SIDE)}))
    assert choose_cameras(described) == {"front": FRONT, "side": SIDE}
    assert choose_cameras({"front": VIEWER})["front"] == VIEWER


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        (("front", "wirst"), UnknownNameError, "No camera named 'wirst'. Did you mean 'wrist'"),
        (5, InvalidValueError, "cameras must be names, .* got 5. Names: front, wrist, viewer"),
        (None, InvalidValueError, "cameras must be names, .* got None"),
        ((3,), InvalidValueError, "letters, digits and _, got 3"),
        ("wrist,,front", InvalidValueError, "A camera is missing beside a comma in 'wrist,,front'"),
        ("wrist,wrist", InvalidValueError, "The camera 'wrist' comes twice in 'wrist,wrist'"),
        ({"front": FRONT, "a b": SIDE}, InvalidValueError, "letters, digits and _, got 'a b'"),
        (
            {"front": FRONT, "side": 3},
            InvalidValueError,
            "'side' must be a mapping with eye, target.*got 3",
        ),
        (
            {"front": FRONT, "side": {"eye": (0, 0, 1)}},
            InvalidValueError,
            "'side': 'target' is missing",
        ),
        (
            {"front": FRONT, "side": {**asdict(SIDE), "fov": 3}},
            InvalidValueError,
            "Camera 'side': No field named 'fov'. Did you mean 'fov_deg'",
        ),
    ],
)
def test_a_wrong_choice_is_refused(asked: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        choose_cameras(asked)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"eye": (0.5, 0.1, -0.01)}, "'side' is inside or under the table.*got z = -0.01"),
        ({"eye": (0.5, 0.1, 0.0)}, "inside or under the table"),
        ({"eye": (0.5, 0.1)}, "Camera 'side': 'eye' must be a list of 3, each a finite number"),
        (
            {"eye": (0.5, 0.1, float("nan"))},
            r"Camera 'side': 'eye\[2\]' must be a finite number, got nan",
        ),
        (
            {"target": (11.0, 0.0, 0.0)},
            r"target of camera 'side' must be within 10 metres, got \(11.0",
        ),
        ({"fov_deg": 4.9}, "fov_deg of camera 'side' must be from 5 to 150 degrees, got 4.9"),
        ({"fov_deg": 150.1}, "must be from 5 to 150"),
        ({"fov_deg": -40.0}, "must be from 5 to 150"),
        ({"fov_deg": 400.0}, "must be from 5 to 150"),
        ({"fov_deg": "wide"}, "'fov_deg' must be a finite number, got 'wide'"),
        ({"fov_deg": True}, "got True"),
        ({"near": 0.0}, "0 < near < far, got near 0"),
        ({"far": 0.05}, "0 < near < far"),
        ({"mount": "head"}, "must be 'world' or 'hand', got 'head'"),
        ({"target": SIDE.eye}, "looks along its own 'up' or nowhere"),
        ({"eye": (0.5, 0.0, 1.0)}, r"Choose another 'up', such as \(-1, 0, 0\)"),
    ],
)
def test_a_camera_that_cannot_be_is_refused_in_one_line(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValueError, match=words) as caught:
        check_camera("side", replace(SIDE, **change))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change", [{"eye": (0.5, 0.8, 0.01)}, {"fov_deg": 5.0}, {"fov_deg": 150}, {"near": 0.001}]
)
def test_a_camera_at_the_edge_of_what_is_allowed_is_taken(change: dict[str, Any]) -> None:
    camera = replace(SIDE, **change)
    assert check_camera("side", camera) == camera


def test_a_camera_on_the_hand_may_be_below_the_fingertips() -> None:
    assert check_camera("wrist", WRIST) == WRIST
    assert WRIST.eye[2] < 0.0


@EACH
def test_matrices_project_and_the_drawn_ball_agree(simulation: Simulation, camera: Camera) -> None:
    size = 256
    simulation.reset(scene(("ball", 0.58, 0.03)), EndEffectorTarget(AT, yaw=0.3))
    picture = simulation.render(camera, size)
    assert picture.camera.mount == "world"
    centre = np.array([0.58, 0.03, 0.02])
    column, row, depth = to_pixels(picture.camera, centre, size)
    uv = picture.camera.project(centre)
    np.testing.assert_allclose([column, row], (uv + 1) / 2 * size - [0, 1], atol=1e-3)
    rows, columns = np.nonzero(simulation.segmentation(picture) == 0)
    assert len(rows) > 50
    # A ball's outline is an ellipse around a point near that of its centre: a wide lens shows it.
    np.testing.assert_allclose([columns.mean(), rows.mean()], [column, row], atol=0.8)
    nearest = picture.depth[rows, columns].min()
    assert nearest == pytest.approx(depth - 0.02, abs=0.004)


@EACH
def test_depth_and_the_matrices_give_back_the_table_top(
    simulation: Simulation, camera: Camera
) -> None:
    size = 64
    simulation.reset(scene(), EndEffectorTarget(AT, yaw=-0.4))
    picture = simulation.render(camera, size)
    table = picture.bodies == picture.bodies.max()
    rows, columns = np.nonzero(table)
    assert len(rows) > 500
    depth = picture.depth[rows, columns].astype(float)
    pixels = np.stack([columns, rows, np.ones(len(rows))])
    in_camera = np.linalg.inv(picture.camera.intrinsics(size)) @ pixels * depth
    world = np.linalg.inv(picture.camera.extrinsics) @ np.vstack([in_camera, np.ones(len(rows))])
    # The side of the table is seen by cameras that look over its edge.
    heights = world[2][(np.abs(world[1]) < 0.55) & (world[0] < 0.8)]
    # Half a pixel off would be millimetres.
    assert np.abs(heights).max() < 2e-5


def test_extrinsics_are_a_rotation_in_opencvs_axes() -> None:
    matrix = FRONT.extrinsics
    rotation = matrix[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    np.testing.assert_allclose(matrix @ [*FRONT.eye, 1.0], [0, 0, 0, 1], atol=1e-12)
    distance = np.linalg.norm(np.subtract(FRONT.target, FRONT.eye))
    np.testing.assert_allclose(matrix @ [*FRONT.target, 1.0], [0, 0, distance, 1], atol=1e-12)
    # Right in the picture is +y of the world; up in the world is up (-y) in the camera.
    np.testing.assert_allclose(rotation @ [0, 1, 0], [1, 0, 0], atol=1e-12)
    assert (rotation @ [0, 0, 1])[1] < 0
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 2.0


def test_the_focal_length_follows_from_the_field_of_view() -> None:
    camera = replace(FRONT, fov_deg=90.0)
    np.testing.assert_allclose(camera.intrinsics(64), [[32, 0, 32], [0, 32, 31], [0, 0, 1]])


def test_the_wrist_camera_moves_with_the_hand(simulation: Simulation) -> None:
    places = []
    for yaw in (0.0, 0.5):
        simulation.reset(scene(), EndEffectorTarget(AT, yaw=yaw))
        places.append(simulation.render(WRIST, 32).camera)
    # The hand points down: ahead of it in its own frame is ahead of it in the world, and what lies
    # before the fingertips is above them.
    for camera, yaw in zip(places, (0.0, 0.5), strict=True):
        ahead = WRIST.eye[0] * np.array([np.cos(yaw), np.sin(yaw)])
        expected = [AT[0] + ahead[0], AT[1] + ahead[1], AT[2] - WRIST.eye[2]]
        np.testing.assert_allclose(camera.eye, expected, atol=0.002)
    for _ in range(10):
        simulation.move(EndEffectorTarget((0.5, 0.02, 0.3), yaw=0.5))
    moved = simulation.render(WRIST, 32).camera
    np.testing.assert_allclose(np.subtract(moved.eye, places[1].eye), [0, 0, 0.14], atol=0.01)

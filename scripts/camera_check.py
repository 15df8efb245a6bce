"""Compare a real camera with the one that a policy was trained with.

Mark at least 6 points whose places you have measured, such as the corners of a sheet of paper and
the tops of blocks, in a JSON file:
{"points": [{"world": [0.5, 0.1, 0.0], "pixel": [312, 240]}, ...]}
(metres in the robot's base frame; columns and rows of the picture). From them the camera's place is
fitted. A camera beyond what was trained is refused; --out keeps it for `vlsim run --camera`.

Examples:
  vlsim camera-check picture.png --bundle zoo:demo --points points.json
  vlsim camera-check picture.png --bundle zoo:demo --points points.json --out camera.json
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.files import read_json, write_json
from vlsim.interface.cameras import MAIN, check_camera
from vlsim.reader import read_as
from vlsim.scripts.options import read_options
from vlsim.world.camera import Camera

DRAWS = 1000
"""Cameras of the randomisation that are drawn to find its range."""
MOST_ERROR_PX = 3.0
"""Of the fitted camera, in a picture of `REFERENCE` pixels: beyond it the points contradict each
other, or the lens distorts."""
REFERENCE = 480
COLOUR_GAP = 30.0
"""Mean colours whose distance is smaller, of 255, tell nothing about their order."""
GREEN, RED = (0, 220, 0), (255, 40, 40)


@dataclass(frozen=True)
class MarkedPoint:
    """A point that was measured and marked: metres in the base frame, column and row."""

    world: tuple[float, float, float]
    pixel: tuple[float, float]


@dataclass(frozen=True)
class MarkedPoints:
    """The file of the points."""

    points: list[MarkedPoint]


@dataclass(frozen=True)
class CameraCheckConfig:
    """What to compare."""

    picture: tyro.conf.Positional[Path]
    """A picture of the real camera, as large as it comes."""
    bundle: str
    """Policy that shall see through it: a bundle folder, zoo:NAME or a run folder."""
    points: Path
    """JSON file of at least 6 marked points; see above."""
    camera: str = MAIN
    """Camera of the policy, by name."""
    overlay: Path = Path("camera_check.png")
    """Picture to write: the simulated view over the real one, marked points green, expected red."""
    out: Path | None = None
    """JSON file to write the fitted camera to."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim camera-check`."""
    check(read_options(CameraCheckConfig, argv, "vlsim camera-check", __doc__))


def check(config: CameraCheckConfig) -> None:
    """Fit the camera, write the overlay, and print how far it is from training.

    Raises:
        InvalidValueError: If it is beyond what was trained, or the points contradict each other.
    """
    from vlsim.agents import load
    from vlsim.deploy.calibration import error_px, fit_camera, image_coordinates, offset
    from vlsim.deploy.manifest import read_manifest
    from vlsim.deploy.pictures import read_picture

    folder = load.find_bundle(config.bundle)
    if folder is None:
        raise InvalidValueError(f"There is no bundle '{config.bundle}'.")
    about = read_manifest(folder).about
    cameras = about.get("cameras", {})
    if config.camera not in cameras:
        raise InvalidValueError(
            f"The policy '{config.bundle}' was trained with the cameras "
            f"{', '.join(cameras) or 'none'}, got '{config.camera}'."
        )
    trained = check_camera(config.camera, cameras[config.camera])
    if trained.mount != "world":
        raise InvalidValueError(
            f"The camera '{config.camera}' is on the hand; only one that stands can be compared."
        )
    picture = read_picture(str(config.picture))
    marked = read_as(MarkedPoints, read_json(config.points), str(config.points)).points
    points = np.array([point.world for point in marked], float).reshape(-1, 3)
    pixels = np.array([point.pixel for point in marked], float).reshape(-1, 2)
    uv = image_coordinates(pixels, *picture.shape[:2])
    fitted = fit_camera(trained, points, uv)
    _overlay(config.overlay, picture, trained, uv, trained.project(points))
    side = min(picture.shape[:2])
    before, after = (error_px(camera, points, uv, side) for camera in (trained, fitted))
    found, allowed = offset(trained, fitted), _range(trained, about.get("randomization", {}))
    print(
        f"Marked points are {before:.1f} pixels off where the camera of training sees them, and "
        f"{after:.1f} off the fitted one ({len(marked)} points, root mean square, {side} pixels)."
    )
    print(
        f"The camera stands {1e2 * found.shift:.1f} cm from it (trained: up to "
        f"{1e2 * allowed.shift:.1f}), is turned by {found.turn_deg:.1f} degrees (up to "
        f"{allowed.turn_deg:.1f}), and sees {found.fov:.3f} times as far "
        f"({allowed.fov[0]:.3f} to {allowed.fov[1]:.3f})."
    )
    print(f"Overlay: {config.overlay}")
    if after * REFERENCE / side > MOST_ERROR_PX:
        raise InvalidValueError(
            f"No camera sees the points where they are marked: the best is {after:.1f} pixels off, "
            f"allowed are {MOST_ERROR_PX * side / REFERENCE:.1f}. Look for a wrong point, or "
            "correct the lens's distortion."
        )
    allowed.check(found)
    if config.out is not None:
        write_json(config.out, asdict(fitted))
        print(f"Camera: {config.out}")


def _range(camera: Camera, randomization: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return how far cameras were from the average one in training."""
    from vlsim.deploy.calibration import TrainedRange
    from vlsim.scene.randomization import choose_terms
    from vlsim.scene.randomization.camera import CameraTerm

    term = choose_terms(randomization).get(CameraTerm.name)
    if not isinstance(term, CameraTerm):
        return TrainedRange()
    draws = (term.draw(0, nth, {"camera": 1}) for nth in range(DRAWS))
    return TrainedRange.of(camera, (term.move({MAIN: camera}, d)[MAIN] for d in draws))


def _overlay(
    path: Path,
    picture: NDArray[np.uint8],
    camera: Camera,
    marked: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> None:
    """Write the simulated view of an empty table over the real one, with the points in it.

    Raises:
        InvalidValueError: If the colours of the picture are in reverse order.
    """
    from PIL import Image, ImageDraw

    from vlsim.interface.preprocess import fit_picture
    from vlsim.robots.catalogue import PANDA
    from vlsim.scene.sim_arm import SimArm
    from vlsim.video.frames import write_picture
    from vlsim.world import scene_from_json

    arm = SimArm(PANDA, scene_from_json({"objects": []}))
    simulated = arm.simulation.render(camera, REFERENCE).rgb
    arm.simulation.close()
    real = fit_picture(picture, REFERENCE)
    _check_colours(real, simulated)
    mixed = Image.fromarray(((real.astype(np.uint16) + simulated) // 2).astype(np.uint8))
    draw = ImageDraw.Draw(mixed)
    for points, colour in ((marked, GREEN), (expected, RED)):
        for x, y in ((points + 1) * REFERENCE / 2).tolist():
            draw.ellipse((x - 4, y - 4, x + 4, y + 4), outline=colour, width=2)
    write_picture(np.asarray(mixed), path)


def _check_colours(real: NDArray[np.uint8], simulated: NDArray[np.uint8]) -> None:
    mean, expected = real.mean(axis=(0, 1)), simulated.mean(axis=(0, 1))
    straight = float(np.linalg.norm(mean - expected))
    reversed_ = float(np.linalg.norm(mean[::-1] - expected))
    if straight - reversed_ > COLOUR_GAP:
        raise InvalidValueError(
            f"The colours of the picture look reversed, BGR instead of RGB: on average "
            f"{mean.round().tolist()}, in the simulation {expected.round().tolist()}. Reverse "
            "them in the driver with picture[..., ::-1]."
        )


if __name__ == "__main__":
    main()

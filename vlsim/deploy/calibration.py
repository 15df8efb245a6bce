"""Where a real camera stands, from marked points, and whether a policy was trained for that."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.world.camera import Camera

Array = NDArray[np.float64]
LEAST_POINTS = 6
"""Seven numbers are sought, and each point gives two: with fewer, the error says nothing."""
MOST_STEPS, DAMPING = 100, 1e-3
"""Of the search, which halves or doubles its damping with each step."""
UNTRAINED_SHIFT, UNTRAINED_TURN_DEG, UNTRAINED_FOV = 0.02, 2.0, 0.02
"""How far a camera may be from that of a policy that was trained with one camera alone: metres,
degrees, and the share of the field of view. A judgement, not a measurement."""


@dataclass(frozen=True)
class Offset:
    """How far one camera is from another: metres, degrees, and the factor of the field of view."""

    shift: float
    turn_deg: float
    fov: float


@dataclass(frozen=True)
class TrainedRange:
    """How far cameras were from the average one in training.

    Args:
        shift: Most metres.
        turn_deg: Most degrees.
        fov: Smallest and largest factor of the field of view.
        is_stated: Whether the policy states it; else it is the small default.
    """

    shift: float = UNTRAINED_SHIFT
    turn_deg: float = UNTRAINED_TURN_DEG
    fov: tuple[float, float] = (1.0 - UNTRAINED_FOV, 1.0 + UNTRAINED_FOV)
    is_stated: bool = False

    @classmethod
    def of(cls, camera: Camera, others: Iterable[Camera]) -> "TrainedRange":
        """Return the range in which all of some cameras of training are."""
        offsets = [offset(camera, other) for other in others]
        fovs = [each.fov for each in offsets]
        return cls(
            max(each.shift for each in offsets),
            max(each.turn_deg for each in offsets),
            (min(*fovs, 1.0), max(*fovs, 1.0)),
            is_stated=True,
        )

    def check(self, found: Offset) -> None:
        """Refuse a camera outside the range.

        Raises:
            InvalidValueError: Says how far it is and how far it may be.
        """
        of = "training" if self.is_stated else "the one camera of training, with a small tolerance"
        low, high = self.fov
        for what, is_inside, got, allowed in (
            (
                "stands",
                found.shift <= self.shift,
                f"{1e2 * found.shift:.1f} cm",
                f"{1e2 * self.shift:.1f} cm",
            ),
            (
                "is turned",
                found.turn_deg <= self.turn_deg,
                f"{found.turn_deg:.1f} degrees",
                f"{self.turn_deg:.1f} degrees",
            ),
            (
                "sees",
                low <= found.fov <= high,
                f"{found.fov:.3f} times its field of view",
                f"{low:.3f} to {high:.3f}",
            ),
        ):
            if not is_inside:
                raise InvalidValueError(
                    f"The camera {what} {got} from where it was on average; allowed is {allowed} "
                    f"({of}). Move it, or train with a camera range that holds it "
                    "(docs/randomization.md)."
                )


def offset(camera: Camera, other: Camera) -> Offset:
    """Return how far another camera is from one, both fixed to the world."""
    turn = camera.extrinsics[:3, :3] @ other.extrinsics[:3, :3].T
    cosine = (float(np.trace(turn)) - 1.0) / 2.0
    shift = float(np.linalg.norm(np.subtract(other.eye, camera.eye)))
    turn_deg = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    return Offset(shift, turn_deg, other.fov_deg / camera.fov_deg)


def image_coordinates(pixels: Array, height: int, width: int) -> Array:
    """Return where pixels are in the middle square of a picture, -1 to 1, as policies see it.

    >>> image_coordinates(np.array([[4.0, 1.5]]), height=4, width=8).tolist()
    [[0.25, 0.0]]

    Args:
        pixels: Columns and rows, counted from the middle of the first one. Shape (N, 2).
        height: Of the picture, pixels.
        width: Of the picture, pixels.
    """
    middle = np.array([width, height]) / 2
    found: Array = (pixels + 0.5 - middle) / (min(height, width) / 2)
    return found


def error_px(camera: Camera, points_world: Array, uv: Array, side: int) -> float:
    """Return the root mean square of what points are off, in pixels of a picture of this side.

    Args:
        camera: Where it is said to stand.
        points_world: Shape (N, 3), metres, base frame.
        uv: Where they are seen, -1 to 1. Shape (N, 2).
        side: Pixels.
    """
    away = np.linalg.norm(camera.project(points_world) - uv, axis=-1) * side / 2
    return float(np.sqrt(np.mean(away**2)))


def fit_camera(start: Camera, points_world: Array, uv: Array) -> Camera:
    """Return the camera, near a first guess, through which points are seen where they are.

    It has no lens distortion and its pixels are square: least squares over eye, direction and field
    of view, by Levenberg and Marquardt's method.

    Args:
        start: The guess, fixed to the world.
        points_world: Shape (N, 3), metres, base frame; not all on one line.
        uv: Where they are seen, -1 to 1. Shape (N, 2).

    Raises:
        InvalidValueError: If there are too few points, or they leave the camera open.
    """
    if len(points_world) < LEAST_POINTS:
        raise InvalidValueError(
            f"A camera needs at least {LEAST_POINTS} marked points, got {len(points_world)}."
        )

    def residuals(numbers: Array) -> Array:
        return (_camera(start, numbers).project(points_world) - uv).ravel()

    numbers, damping = np.zeros(7), DAMPING
    off = residuals(numbers)
    for _ in range(MOST_STEPS):
        slopes = np.stack(
            [(residuals(numbers + step) - off) / 1e-6 for step in 1e-6 * np.eye(7)], axis=1
        )
        if np.linalg.cond(slopes) > 1e8:
            raise InvalidValueError(
                "The marked points leave open where the camera stands; spread them over the table, "
                "and put some above it."
            )
        normal = slopes.T @ slopes
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -slopes.T @ off)
        new = residuals(numbers + step)
        if not np.isfinite(new).all() or new @ new > off @ off:
            damping *= 2.0
            continue
        numbers, off, damping = numbers + step, new, damping / 2.0
        if np.abs(step).max() < 1e-10:
            break
    return _camera(start, numbers)


def _camera(start: Camera, numbers: Array) -> Camera:
    """Return a camera shifted by 3 metres, turned by 3 radians about its axes, and zoomed."""
    shift, turn, zoom = numbers[:3], numbers[3:6], float(numbers[6])
    right, down, forward = start.extrinsics[:3, :3]
    angle = float(np.linalg.norm(turn))
    x, y, z = turn / (angle or 1.0)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    about = np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross
    _, down, forward = about.T @ np.array([right, down, forward])
    eye = np.array(start.eye) + shift
    half = math.tan(math.radians(start.fov_deg) / 2) * math.exp(zoom)
    return replace(
        start,
        eye=tuple(eye.tolist()),
        target=tuple((eye + forward).tolist()),
        up=tuple((-down).tolist()),
        fov_deg=2 * math.degrees(math.atan(half)),
    )

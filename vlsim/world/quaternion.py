"""Rotations as quaternions (x, y, z, w).

Angles are in radians; about the vertical, positive is counter-clockwise as seen from above.
"""

import math
from collections.abc import Sequence

import numpy as np

QUARTER = math.pi / 2
Vector = tuple[float, float, float]


def wrapped(angle: float, whole: float = 2 * math.pi) -> float:
    """Return the angle plus whole turns, between -whole / 2 and whole / 2.

    >>> wrapped(5.0, 4.0), wrapped(-1.0, 4.0)
    (1.0, -1.0)
    """
    return math.remainder(angle, whole)


def turned(before_xyzw: Sequence[float], now_xyzw: Sequence[float]) -> tuple[float, float]:
    """Return by which angle a thing was turned about the vertical, and how far it was tilted.

    The turn lies between -pi and pi; the tilt, between 0 and pi, is the rest of the rotation.
    """
    ax, ay, az, aw = before_xyzw
    bx, by, bz, bw = now_xyzw
    # The rotation that leads from one to the other: of its four numbers these two are about z.
    z = -bw * az + bz * aw - bx * ay + by * ax
    w = bw * aw + bz * az + bx * ax + by * ay
    return wrapped(2 * math.atan2(z, w)), 2 * math.acos(min(1.0, math.hypot(z, w)))


def turned_by(
    xyzw: tuple[float, float, float, float], yaw: float, tilt: float
) -> tuple[float, float, float, float]:
    """Return the orientation after turns (radians) about the world's y, then about its z."""
    x, y, z, w = xyzw
    if tilt:
        sin, cos = math.sin(tilt / 2), math.cos(tilt / 2)
        x, y, z, w = cos * x + sin * z, cos * y + sin * w, cos * z - sin * x, cos * w - sin * y
    sin, cos = math.sin(yaw / 2), math.cos(yaw / 2)
    return cos * x - sin * y, cos * y + sin * x, cos * z + sin * w, cos * w - sin * z


def in_world(xyzw: tuple[float, float, float, float], axis: Vector) -> Vector:
    """Return a direction of the link's frame in the world's."""
    x, y, z, w = xyzw
    a, b, c = axis
    return (
        a * (1 - 2 * (y * y + z * z)) + b * 2 * (x * y - z * w) + c * 2 * (x * z + y * w),
        a * 2 * (x * y + z * w) + b * (1 - 2 * (x * x + z * z)) + c * 2 * (y * z - x * w),
        a * 2 * (x * z - y * w) + b * 2 * (y * z + x * w) + c * (1 - 2 * (x * x + y * y)),
    )


def quaternion(rotation: np.ndarray) -> tuple[float, float, float, float]:
    """Return (x, y, z, w) of a rotation matrix whose trace may be anything."""
    r = rotation
    squares = [
        1 + r[0, 0] - r[1, 1] - r[2, 2],
        1 - r[0, 0] + r[1, 1] - r[2, 2],
        1 - r[0, 0] - r[1, 1] + r[2, 2],
        1 + r[0, 0] + r[1, 1] + r[2, 2],
    ]
    products = np.array(
        [
            [squares[0], r[0, 1] + r[1, 0], r[0, 2] + r[2, 0], r[2, 1] - r[1, 2]],
            [r[0, 1] + r[1, 0], squares[1], r[1, 2] + r[2, 1], r[0, 2] - r[2, 0]],
            [r[0, 2] + r[2, 0], r[1, 2] + r[2, 1], squares[2], r[1, 0] - r[0, 1]],
            [r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1], squares[3]],
        ]
    )
    # The row of the largest entry: the others may be divided by almost nothing.
    row = products[int(np.argmax(squares))]
    x, y, z, w = (row / np.linalg.norm(row)).tolist()
    return x, y, z, w

"""How things are turned about the vertical: plain facts of a scene, angles in radians.

Positive is counter-clockwise as seen from above.
"""

import math
from collections.abc import Sequence

import numpy as np

from vlsim.world import KINDS, SceneState

QUARTER = math.pi / 2


def wrapped(angle: float, whole: float = 2 * math.pi) -> float:
    """Return the angle plus whole turns, between -whole / 2 and whole / 2.

    >>> wrapped(5.0, 4.0), wrapped(-1.0, 4.0)
    (1.0, -1.0)
    """
    return math.remainder(angle, whole)


def facing(scene: SceneState, index: int) -> float:
    """Return where a side of a square thing faces, between -pi/4 and pi/4; 0 for anything else."""
    if not KINDS[scene.specs[index].kind].square:
        return 0.0
    x, y, z, w = scene.orientations_xyzw[index].tolist()
    # Where the thing's own three axes point in the world; the most level one counts.
    axes = (
        (1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
        (2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
        (2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)),
    )
    a, b, _ = min(axes, key=lambda axis: abs(axis[2]))
    return wrapped(math.atan2(b, a), QUARTER)


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


def rotated(scene: SceneState, index: int, angle: float) -> SceneState:
    """Return the scene with one thing turned on its spot, and all at rest."""
    x, y, z, w = scene.orientations_xyzw[index].tolist()
    sin, cos = math.sin(angle / 2), math.cos(angle / 2)
    orientations = scene.orientations_xyzw.copy()
    orientations[index] = (
        cos * x - sin * y,
        cos * y + sin * x,
        cos * z + sin * w,
        cos * w - sin * z,
    )
    return scene.replace(
        orientations_xyzw=orientations, velocities_world=np.zeros_like(scene.velocities_world)
    )

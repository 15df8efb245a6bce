"""Which way up things are, and how they face: plain facts of a scene, angles in radians."""

import math
from functools import lru_cache

import numpy as np

from vlsim.world.quaternion import QUARTER, wrapped
from vlsim.world.state import SceneState
from vlsim.world.things import CYLINDER_SIDES, KINDS

STRAIGHT_DEG = 15.0
"""A thing stands if its axis is this close to vertical, and lies if so close to horizontal."""


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


def upwards(scene: SceneState, index: int) -> float:
    """Return the cosine between a thing's own axis and the vertical, 1 where it was put upright.

    The sides of a cube are all alike: of its three axes the one that is nearest to vertical counts.
    """
    x, y, z, w = scene.orientations_xyzw[index].tolist()
    own = 1.0 - 2.0 * float(x * x + y * y)
    if not KINDS[scene.specs[index].kind].square:
        return own
    return max(2.0 * abs(float(x * z - y * w)), 2.0 * abs(float(y * z + x * w)), abs(own))


def is_standing(scene: SceneState, index: int) -> bool:
    """Whether its axis is vertical, either end up."""
    return abs(upwards(scene, index)) >= math.cos(math.radians(STRAIGHT_DEG))


def is_lying(scene: SceneState, index: int) -> bool:
    """Whether its axis is horizontal; a cube never lies."""
    return abs(upwards(scene, index)) <= math.sin(math.radians(STRAIGHT_DEG))


def has_fallen(scene: SceneState, index: int) -> bool:
    """Whether a thing lies on its side that has flat ends to stand on: a cylinder."""
    return index in fallen_things(scene)


# Every goal that is looked at asks for it, of the same scene.
@lru_cache(maxsize=64)
def fallen_things(scene: SceneState) -> frozenset[int]:
    """Return the things that lie on their side and have flat ends to stand on."""
    kinds = (KINDS[spec.kind] for spec in scene.specs)
    round_ones = (i for i, kind in enumerate(kinds) if kind.flat and not kind.square)
    return frozenset(i for i in round_ones if is_lying(scene, i))


def heading(scene: SceneState, index: int) -> float:
    """Return along which line a thing's axis runs, seen from above, between -pi/2 and pi/2."""
    x, y, z, w = scene.orientations_xyzw[index].tolist()
    return math.remainder(math.atan2(2 * (y * z - x * w), 2 * (x * z + y * w)), math.pi)


def laid(scene: SceneState, index: int, yaw: float) -> SceneState:
    """Return the scene with a cylinder on its side where it is, its axis along `yaw`, at rest."""
    # A turn about the own axis first, so that it lies on one of its sides and does not roll on.
    roll = math.pi / CYLINDER_SIDES / 2
    sin, cos = math.sin(yaw / 2), math.cos(yaw / 2)
    positions, orientations = scene.positions_world.copy(), scene.orientations_xyzw.copy()
    velocities = scene.velocities_world.copy()
    positions[index, 2], velocities[index] = scene.specs[index].radius, 0.0
    a, b = math.sqrt(0.5) * math.sin(roll), math.sqrt(0.5) * math.cos(roll)
    orientations[index] = cos * a - sin * b, cos * b + sin * a, cos * a + sin * b, cos * b - sin * a
    return scene.replace(
        positions_world=positions, orientations_xyzw=orientations, velocities_world=velocities
    )

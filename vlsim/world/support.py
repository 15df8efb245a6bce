"""What lies on what, and how high: plain facts of a scene."""

import math
from functools import lru_cache

import numpy as np

from vlsim.world.distances import position_xy
from vlsim.world.orientation import has_fallen, is_standing
from vlsim.world.state import SceneState
from vlsim.world.things import KINDS

FLOOR = 0.004
"""Thickness of the floor of a container, metres."""
RESTS = 0.01
"""How far from lying there a thing may be in height, metres."""


def is_in_bowl(scene: SceneState, index: int) -> bool:
    """Whether a thing that can be moved lies in a bowl."""
    return index in _in_bowls(scene)


@lru_cache(maxsize=64)
def _in_bowls(scene: SceneState) -> frozenset[int]:
    bowls = [
        (c, s.radius) for c, s in zip(scene.centres, scene.specs, strict=True) if s.inner_radius
    ]
    return frozenset(
        i
        for i, spec in enumerate(scene.specs)
        if spec.movable
        and any(math.dist(scene.centres[i][:2], centre[:2]) < radius for centre, radius in bowls)
    )


def footprint(scene: SceneState, index: int) -> float:
    """Return the radius of the circle around a thing's outline, the way it lies, metres."""
    spec = scene.specs[index]
    if not has_fallen(scene, index):
        return spec.footprint
    return math.hypot(spec.radius, spec.height / 2)


def can_carry(scene: SceneState, index: int) -> bool:
    """Whether things would rest on top of it: it is flat there, movable, and stands."""
    return KINDS[scene.specs[index].kind].flat and is_standing(scene, index)


def top(scene: SceneState, index: int) -> float:
    """Return how high a thing reaches that stands, metres above the table."""
    return scene.centres[index][2] + scene.specs[index].height / 2


def rests_on(scene: SceneState, upper: int, lower: int) -> bool:
    """Whether one thing lies on top of the other: its centre over the other's top, both upright."""
    bottom = top(scene, upper) - scene.specs[upper].height
    return (
        abs(bottom - top(scene, lower)) <= RESTS
        and scene.distance_xy(upper, lower) <= scene.specs[lower].radius
        and can_carry(scene, lower)
        and is_standing(scene, upper)
    )


def things_at(scene: SceneState, xy: tuple[float, float]) -> list[int]:
    """Return the movable things over or under a point, the highest first."""
    found = [
        (-z, i)
        for i, (spec, (x, y, z)) in enumerate(
            zip(scene.specs, scene.positions_world.tolist(), strict=True)
        )
        if spec.movable and math.hypot(x - xy[0], y - xy[1]) <= spec.radius
    ]
    return [i for _, i in sorted(found)]


def load_of(scene: SceneState, index: int) -> list[int]:
    """Return the things that lie on top of this one, directly or not, the highest first."""
    found: list[int] = []
    for i, spec in enumerate(scene.specs):
        if spec.movable and i != index and rests_on(scene, i, index):
            found = [*load_of(scene, i), i]
    return found


def ground_at(scene: SceneState, xy: tuple[float, float], but: int | None = None) -> float:
    """Return how high a thing would lie that is left at a point, metres: 0 on the table.

    Args:
        scene: The facts.
        xy: World frame, metres.
        but: A thing that does not count, because it is what is left or taken there.
    """
    carriers = (i for i in things_at(scene, xy) if i != but and can_carry(scene, i))
    return max((top(scene, i) for i in carriers), default=0.0)


def highest(scene: SceneState, but: int | None = None) -> float:
    """Return how high anything reaches except one thing, metres."""
    return max((top(scene, i) for i in range(len(scene.specs)) if i != but), default=0.0)


def put_down(scene: SceneState, index: int, x: float, y: float) -> SceneState:
    """Return the scene with a thing lying there, on whatever is below it."""
    bottom = 0.0
    for i, spec in enumerate(scene.specs):
        distance = math.dist(position_xy(scene, i), (x, y))
        if i == index or spec.joint or distance > spec.radius:
            continue
        bottom = max(bottom, FLOOR if distance < spec.inner_radius else top(scene, i))
    positions = scene.positions_world.copy()
    positions[index] = x, y, bottom + scene.specs[index].height / 2
    return scene.replace(positions_world=positions, velocities_world=no_velocities(scene))


def left_on(scene: SceneState, index: int, place: int) -> SceneState | None:
    """Return the scene with a thing in the middle of a bowl or pad, None if that is no place.

    Nothing else may lie there, and the thing has to go in.
    """
    thing, spec = scene.specs[index], scene.specs[place]
    x, y = position_xy(scene, place)
    is_free = all(
        math.dist(position_xy(scene, i), (x, y)) > spec.radius
        for i in movables(scene)
        if i != index
    )
    fits = thing.footprint <= spec.inner_radius or not spec.inner_radius
    if not thing.movable or spec.movable or spec.joint or not fits or not is_free:
        return None
    return put_down(scene, index, x, y)


def movables(scene: SceneState) -> list[int]:
    """Return the things that can be moved."""
    return [i for i, spec in enumerate(scene.specs) if spec.movable]


def nearest_movable(scene: SceneState, xy: tuple[float, float]) -> int:
    """Return the thing that can be moved whose centre is nearest to a point, seen from above.

    Args:
        scene: The facts; something in it can be moved.
        xy: World frame, metres.
    """
    return min(movables(scene), key=lambda i: math.dist(position_xy(scene, i), xy))


def no_velocities(scene: SceneState) -> np.ndarray:
    """Return the velocities of a scene at rest. Shape (K, 3), metres per second."""
    return np.zeros_like(scene.velocities_world)

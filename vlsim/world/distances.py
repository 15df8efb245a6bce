"""Distances between things, and between a thing and the end effector."""

import math

from vlsim.world.state import SceneState
from vlsim.world.things import ObjectSpec


def is_surface(spec: ObjectSpec) -> bool:
    """Whether things lie on it and slide over it: a fixed thing, no container and no fixture."""
    return not spec.movable and spec.inner_radius == 0.0 and spec.joint is None


def distance_to_ee(scene: SceneState, index: int) -> float:
    """Return how far the end effector is from the centre of an object, metres."""
    return math.dist(scene.ee_position_world.tolist(), scene.centres[index])


def distance_xy(scene: SceneState, a: int, b: int) -> float:
    """Return the horizontal distance of two centres without numpy's cost on two numbers, metres."""
    (ax, ay, _), (bx, by, _) = scene.centres[a], scene.centres[b]
    return math.hypot(ax - bx, ay - by)


def position_xy(scene: SceneState, index: int) -> tuple[float, float]:
    """Return the horizontal position of an object's centre, metres."""
    x, y, _ = scene.centres[index]
    return x, y

"""What a scene will look like after a motion that goes well, without any simulator."""

import math

import numpy as np

from vlsim.rotation import rotated
from vlsim.tower import laid, pushed, top
from vlsim.world import SceneState, Skill

TIP_RADIUS = 0.01
"""Half the thickness of the closed fingers, metres."""
CARRIED_HEIGHT = 0.10
"""How high a lifted thing is held above where it was, metres."""
FLOOR = 0.004
"""Thickness of the floor of a container, metres."""


def after(skill: Skill, scene: SceneState) -> SceneState:
    """Return the scene after a motion: what it acts on is where it should be, and at rest.

    Fixtures are forecast by their goals, which know where the moving part is wanted.
    """
    movable = _movable(scene)
    if not movable:
        return scene
    (sx, sy), (ex, ey) = skill.start_world, skill.end_world
    if skill.name == "push":
        length = math.hypot(ex - sx, ey - sy) or 1.0
        ux, uy = (ex - sx) / length, (ey - sy) / length
        pushed = min(movable, key=lambda i: _beside(scene, i, (sx, sy), (ux, uy)))
        reach = TIP_RADIUS + scene.specs[pushed].radius
        return _put(scene, pushed, ex + reach * ux, ey + reach * uy)
    if skill.name == "tip":
        return _laid(scene, skill)
    taken = min(movable, key=lambda i: math.dist(_xy(scene, i), (sx, sy)))
    if skill.name == "lift":
        return _raised(scene, taken, CARRIED_HEIGHT)
    if skill.name == "turn":
        return rotated(scene, taken, skill.angle)
    if skill.name == "pick_place":
        return _put(scene, taken, ex, ey)
    if skill.name == "stand":
        return _put(_upright(scene, taken), taken, ex, ey)
    return scene


def _beside(
    scene: SceneState, index: int, start: tuple[float, float], unit: tuple[float, float]
) -> float:
    """Return how far a thing is off the way of a push, infinity if it is behind its start."""
    x, y = _xy(scene, index)
    wx, wy = x - start[0], y - start[1]
    along, across = wx * unit[0] + wy * unit[1], abs(wx * unit[1] - wy * unit[0])
    return math.inf if along < 0.0 else along + 10.0 * across


def _put(scene: SceneState, index: int, x: float, y: float) -> SceneState:
    """Return the scene with a thing lying there, on whatever is below it."""
    bottom = 0.0
    for i, spec in enumerate(scene.specs):
        distance = math.dist(_xy(scene, i), (x, y))
        if i == index or spec.joint or distance > spec.radius:
            continue
        bottom = max(bottom, FLOOR if distance < spec.inner_radius else top(scene, i))
    positions = scene.positions_world.copy()
    positions[index] = x, y, bottom + scene.specs[index].height / 2
    return scene.replace(positions_world=positions, velocities_world=_still(scene))


def left_on(scene: SceneState, index: int, place: int) -> SceneState | None:
    """Return the scene with a thing in the middle of a bowl or pad, None if that is no place.

    Nothing else may lie there, and the thing has to go in.
    """
    thing, spec = scene.specs[index], scene.specs[place]
    x, y = _xy(scene, place)
    is_free = all(
        math.dist(_xy(scene, i), (x, y)) > spec.radius for i in _movable(scene) if i != index
    )
    fits = thing.footprint <= spec.inner_radius or not spec.inner_radius
    if not thing.movable or spec.movable or spec.joint or not fits or not is_free:
        return None
    return _put(scene, index, x, y)


def _movable(scene: SceneState) -> list[int]:
    return [i for i, spec in enumerate(scene.specs) if spec.movable]


def _laid(scene: SceneState, skill: Skill) -> SceneState:
    """Return the scene with the thing in the middle of a way on its side, where it falls."""
    thing = pushed(skill, scene)
    assert thing is not None
    cos, sin = math.cos(skill.angle), math.sin(skill.angle)
    x, y = _xy(scene, thing)
    far = scene.specs[thing].radius + scene.specs[thing].height / 2
    positions = scene.positions_world.copy()
    positions[thing, :2] = x + far * cos, y + far * sin
    scene = scene.replace(positions_world=positions, velocities_world=_still(scene))
    return laid(scene, thing, skill.angle)


def _upright(scene: SceneState, index: int) -> SceneState:
    orientations = scene.orientations_xyzw.copy()
    orientations[index] = 0.0, 0.0, 0.0, 1.0
    return scene.replace(orientations_xyzw=orientations)


def _raised(scene: SceneState, index: int, height: float) -> SceneState:
    positions = scene.positions_world.copy()
    positions[index, 2] += height
    return scene.replace(positions_world=positions, velocities_world=_still(scene))


def _still(scene: SceneState) -> np.ndarray:
    return np.zeros_like(scene.velocities_world)


def _xy(scene: SceneState, index: int) -> tuple[float, float]:
    x, y, _ = scene.centres[index]
    return x, y

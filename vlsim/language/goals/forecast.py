"""What a scene will look like after a motion that goes well, without any simulator."""

import math

from vlsim.skills.motion import Skill, pushed
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.hand import TIP_RADIUS
from vlsim.world.orientation import laid, rotated
from vlsim.world.support import movables, no_velocities, put_down

CARRIED_HEIGHT = 0.10
"""How high a lifted thing is held above where it was, metres."""


def after(skill: Skill, scene: SceneState) -> SceneState:
    """Return the scene after a motion: what it acts on is where it should be, and at rest.

    Fixtures are forecast by their goals, which know where the moving part is wanted.
    """
    movable = movables(scene)
    if not movable:
        return scene
    (sx, sy), (ex, ey) = skill.start_world, skill.end_world
    if skill.name == "push":
        length = math.hypot(ex - sx, ey - sy) or 1.0
        ux, uy = (ex - sx) / length, (ey - sy) / length
        pushed = min(movable, key=lambda i: _beside(scene, i, (sx, sy), (ux, uy)))
        reach = TIP_RADIUS + scene.specs[pushed].radius
        return put_down(scene, pushed, ex + reach * ux, ey + reach * uy)
    if skill.name == "tip":
        return _laid(scene, skill)
    taken = min(movable, key=lambda i: math.dist(position_xy(scene, i), (sx, sy)))
    if skill.name == "lift":
        return _raised(scene, taken, CARRIED_HEIGHT)
    if skill.name == "turn":
        return rotated(scene, taken, skill.angle)
    if skill.name == "pick_place":
        return put_down(scene, taken, ex, ey)
    if skill.name == "stand":
        return put_down(_upright(scene, taken), taken, ex, ey)
    return scene


def _beside(
    scene: SceneState, index: int, start: tuple[float, float], unit: tuple[float, float]
) -> float:
    """Return how far a thing is off the way of a push, infinity if it is behind its start."""
    x, y = position_xy(scene, index)
    wx, wy = x - start[0], y - start[1]
    along, across = wx * unit[0] + wy * unit[1], abs(wx * unit[1] - wy * unit[0])
    return math.inf if along < 0.0 else along + 10.0 * across


def _laid(scene: SceneState, skill: Skill) -> SceneState:
    """Return the scene with the thing in the middle of a way on its side, where it falls."""
    thing = pushed(skill, scene)
    assert thing is not None
    cos, sin = math.cos(skill.angle), math.sin(skill.angle)
    x, y = position_xy(scene, thing)
    far = scene.specs[thing].radius + scene.specs[thing].height / 2
    positions = scene.positions_world.copy()
    positions[thing, :2] = x + far * cos, y + far * sin
    scene = scene.replace(positions_world=positions, velocities_world=no_velocities(scene))
    return laid(scene, thing, skill.angle)


def _upright(scene: SceneState, index: int) -> SceneState:
    orientations = scene.orientations_xyzw.copy()
    orientations[index] = 0.0, 0.0, 0.0, 1.0
    return scene.replace(orientations_xyzw=orientations)


def _raised(scene: SceneState, index: int, height: float) -> SceneState:
    positions = scene.positions_world.copy()
    positions[index, 2] += height
    return scene.replace(positions_world=positions, velocities_world=no_velocities(scene))

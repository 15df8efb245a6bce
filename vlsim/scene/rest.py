"""Whether a scene that somebody wrote down is at rest: it is let settle, and what moves is told.

PyBullet reports no contact between bodies that do not move, and arms have no solid links: places,
and the foot of the robot, are looked at beforehand.
"""

import math
from itertools import combinations

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.robots.spec import RobotSpec
from vlsim.scene.robot import HOME_TOLERANCE, MOST_TILT
from vlsim.scene.simulation import PHYSICS_HZ, Simulation
from vlsim.scene.table import EAST, NORTH, SOUTH, WEST
from vlsim.world import MAX_OPENING, REST_SPEED, SceneState
from vlsim.world.hand import HOME, EndEffectorTarget
from vlsim.world.things import ObjectSpec

MOST_MOVED = 0.003
"""How far a thing may move while it settles, and how deep two may be in each other, metres.

Scenes that are drawn settle by 1 mm: PyBullet leaves a gap around some shapes.
"""
FOOT = 0.12
"""Radius of the room that the foot of a robot takes on the table, metres."""
REMEDY = (
    "A scene begins at rest: give each centre half the height above what it stands on, or make the "
    "scene with vlsim.world.state.resting_scene."
)


def first_pose(scene: SceneState, robot: RobotSpec) -> EndEffectorTarget | None:
    """Return where the scene has the hand, None if it is at home and open, as usual.

    Raises:
        InvalidValueError: If the fingers are further open than any, or a thing is in motion.
    """
    opening = scene.gripper_opening
    if not -MOST_MOVED <= opening <= MAX_OPENING + MOST_MOVED:
        raise InvalidValueError(
            f"'gripper_opening' of a scene must lie between 0 and {MAX_OPENING:g} metres, got "
            f"{opening:g}."
        )
    for i in range(len(scene.specs)):
        if not scene.is_at_rest(i):
            speed = math.hypot(*scene.velocities_world[i].tolist())
            raise InvalidValueError(
                f"'velocities' of a scene must be below {REST_SPEED:g} m/s, since an episode "
                f"begins at rest, got {speed:.3g} m/s for {_name(scene, i)}."
            )
    x, y, z = scene.ee_position_world.tolist()
    widest = min(MAX_OPENING, robot.opening)
    pose = EndEffectorTarget((x, y, z), scene.ee_yaw, max(0.0, min(opening, widest)), scene.ee_tilt)
    return None if _is_near(pose, HOME) and pose.opening >= widest - MOST_MOVED else pose


def settle(scene: SceneState, robot: RobotSpec, start: EndEffectorTarget | None) -> SceneState:
    """Return what `scene` is like after a second, the hand at `start` or at home.

    Raises:
        InvalidValueError: If something moves, overlaps, or is not on the table, or the hand cannot
            be there; says what, how far, and how far is allowed.
    """
    _check_places(scene)
    for i, spec in enumerate(scene.specs):
        x, y, _ = robot.base_world
        away = math.dist(scene.centres[i][:2], (x, y))
        if away < FOOT + spec.footprint:
            raise InvalidValueError(
                f"{_name(scene, i)} stands in the robot's foot: it must be at least "
                f"{FOOT + spec.footprint:.3f} m from ({x:g}, {y:g}), got {away:.3f} m."
            )
    simulation = Simulation(robot)
    try:
        simulation.reset(scene, start)
        before = simulation.state()
        _check_hand(before, start)
        for i, j in combinations(range(len(scene.specs)), 2):
            _check_apart(scene, i, j, simulation.overlap(i, j))
        simulation.wait(PHYSICS_HZ)
        after = simulation.state()
    finally:
        simulation.close()
    _check_hand(after, start)
    for i in range(len(scene.specs)):
        if after.centres[i][2] < 0.0:
            raise InvalidValueError(f"{_name(scene, i)} is not on the table. {REMEDY}")
        moved = 1000 * _moved(before, after, i)
        if moved > 1000 * MOST_MOVED:
            raise InvalidValueError(
                f"{_name(scene, i)} moves by {moved:.1f} mm while it settles; at most "
                f"{1000 * MOST_MOVED:g} mm are allowed. {REMEDY}"
            )
    return after


def _name(scene: SceneState, index: int) -> str:
    return f"Object {index} of the scene ({_look(scene.specs[index])})"


def _look(spec: ObjectSpec) -> str:
    return f"{spec.size} {spec.color} {spec.kind}"


def _check_places(scene: SceneState) -> None:
    """Refuse what never moves if it floats, leans, is sunk, or is over the edge of the table."""
    for i, spec in enumerate(scene.specs):
        if spec.movable:
            continue
        x, y, z = scene.centres[i]
        a, b = scene.orientations_xyzw[i, :2].tolist()
        upright = 1.0 - 2.0 * (a * a + b * b) >= math.cos(MOST_TILT)
        if abs(z - spec.height / 2) > MOST_MOVED or not upright:
            raise InvalidValueError(
                f"{_name(scene, i)} must stand upright on the table, its centre at z = "
                f"{spec.height / 2:.4f}, got z = {z:.4f}. {REMEDY}"
            )
        reach = spec.radius
        if not (WEST + reach <= x <= EAST - reach and SOUTH + reach <= y <= NORTH - reach):
            raise InvalidValueError(
                f"{_name(scene, i)} is not on the table: x must lie between {WEST + reach:.3f} and "
                f"{EAST - reach:.3f}, y between {SOUTH + reach:.3f} and {NORTH - reach:.3f}, got "
                f"({x:g}, {y:g})."
            )


def _check_apart(scene: SceneState, i: int, j: int, depth: float) -> None:
    """Refuse two things that are in each other; a pad, on which things are, bars places only."""
    a, b = scene.specs[i], scene.specs[j]
    if "pad" in (a.kind, b.kind) and not (a.movable or b.movable):
        depth = a.radius + b.radius - scene.distance_xy(i, j)
    if depth > MOST_MOVED:
        raise InvalidValueError(
            f"Objects {i} and {j} of the scene ({_look(a)}, {_look(b)}) overlap by "
            f"{1000 * depth:.1f} mm; at most {1000 * MOST_MOVED:g} mm are allowed. Move them apart."
        )


def _moved(before: SceneState, after: SceneState, index: int) -> float:
    """Return how far an object, its moving part, or its outline has moved, metres."""
    a, b = before.orientations_xyzw[index], after.orientations_xyzw[index]
    cosine = abs(float(a @ b)) / float(np.linalg.norm(a) * np.linalg.norm(b))
    turn = 2.0 * math.acos(min(1.0, cosine))
    return max(
        math.dist(before.centres[index], after.centres[index]),
        abs(float(before.joint_positions[index] - after.joint_positions[index])),
        before.specs[index].radius * turn,
    )


def _check_hand(scene: SceneState, start: EndEffectorTarget | None) -> None:
    """Refuse a pose of the hand in which the robot is not, or does not stay."""
    if start is None:
        return
    x, y, z = scene.ee_position_world.tolist()
    pose = EndEffectorTarget((x, y, z), scene.ee_yaw, scene.gripper_opening, scene.ee_tilt)
    if not _is_near(pose, start):
        at = ", ".join(f"{x:g}" for x in start.position)
        raise InvalidValueError(
            f"'ee_position', 'ee_yaw' or 'ee_tilt' of the scene: the hand cannot be, or stay, at "
            f"({at}), yaw {start.yaw:g}, tilt {start.tilt:g}. Leave them out: the hand then begins "
            "at home."
        )
    if abs(pose.opening - start.opening) > MOST_MOVED:
        raise InvalidValueError(
            f"'gripper_opening' of the scene is {start.opening:.3f}, but something is between the "
            "fingers. Open them, or leave it out: the hand then begins at home, open."
        )


def _is_near(a: EndEffectorTarget, b: EndEffectorTarget) -> bool:
    """Whether two poses of the hand agree, the fingers aside."""
    angles = max(abs(a.yaw - b.yaw), abs(a.tilt - b.tilt))
    return math.dist(a.position, b.position) <= HOME_TOLERANCE and angles <= MOST_TILT

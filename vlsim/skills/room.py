"""Geometry on the table top that several goals plan with."""

import math
from collections.abc import Collection
from functools import lru_cache
from itertools import product

from vlsim.world import WORKSPACE, SceneState
from vlsim.world.distances import is_surface, position_xy
from vlsim.world.space import Point, distance_to_segment
from vlsim.world.support import footprint, top

CLEARANCE = 0.005
"""Gap to other objects that a push keeps, metres."""
FREE_GAP = 0.03
"""Free space that a thing is left with around it, metres: the open fingers need it."""
PALM_SLACK = 0.001
"""How much wider than it is the palm is taken to be, metres."""
HOLD_HEIGHT = 0.028
"""How high above where it stands a thing may be held, metres.

The palm is above that, and beside the thing everything but a tower is lower.
"""
GRID = 0.02
"""Distance of the spots that are tried to leave a thing at, metres."""


def is_way_free(
    scene: SceneState, start: Point, end: Point, radius: float, but: Collection[int]
) -> bool:
    """Whether something this wide can go straight from `start` to `end` without touching a thing.

    Args:
        scene: The facts.
        start: World frame, metres.
        end: World frame, metres.
        radius: Half the width of what goes there, metres.
        but: Objects that may be in the way; surfaces never are.
    """
    return all(
        distance_to_segment(centre, start, end) >= radius + width + CLEARANCE
        for i, (centre, width, flat) in enumerate(_outlines(scene))
        if i not in but and not flat
    )


def is_outside_room(scene: SceneState, index: int, point: Point, radius: float) -> bool:
    """Whether something this wide can be at `point` without hindering a fixture's moving part.

    Fixtures stand straight; anything else has no room of its own.
    """
    joint = scene.specs[index].joint
    if joint is None:
        return True
    gaps = [
        max(at + low - to, to - at - high)
        for at, (low, high), to in zip(position_xy(scene, index), joint.room, point, strict=True)
    ]
    return max(gaps) >= radius + CLEARANCE


def least_distance(radius: float, scene: SceneState, other: int) -> float:
    """Return how far from another thing something this wide can be left, metres.

    Fingers need no room beside a surface, which they are above.
    """
    _, width, flat = _outlines(scene)[other]
    return radius + width + (CLEARANCE if flat else FREE_GAP)


def is_spot_free(scene: SceneState, spot: Point, radius: float, target: int) -> bool:
    """Whether something this wide can be left there, and the fingers let go of it.

    Args:
        scene: The facts.
        spot: World frame, metres.
        radius: Half the width of what is left there, metres.
        target: Its index; where it is now does not matter.
    """
    for i, (centre, width, flat) in enumerate(_outlines(scene)):
        least = radius + width + (CLEARANCE if flat else FREE_GAP)
        if i != target and math.dist(spot, centre) < least:
            return False
    return True


def is_graspable(scene: SceneState, target: int, yaw: float = 0.0) -> bool:
    """Whether a hand comes down on a thing, its fingers wide open, without hitting anything.

    The fingers stand to its left and right. What is in a bowl is out of their reach.

    Args:
        scene: The facts.
        target: The thing.
        yaw: How the hand faces, radians.
    """
    x, y = position_xy(scene, target)
    wide, reach = scene.hand.finger_radius, scene.hand.reach
    away_x, away_y = -math.sin(yaw) * reach, math.cos(yaw) * reach
    fingers = (x - away_x, y - away_y), (x + away_x, y + away_y)
    low = top(scene, target) - scene.specs[target].height + (scene.hand.palm_height + HOLD_HEIGHT)
    for i, spec in enumerate(scene.specs):
        centre = position_xy(scene, i)
        if spec.inner_radius > 0.0:
            if math.dist((x, y), centre) < spec.radius:
                return False
            if any(math.dist(finger, centre) < spec.radius + wide for finger in fingers):
                return False
        elif spec.joint is not None:
            room = spec.joint.room
            for finger in fingers:
                off = [at - middle for at, middle in zip(finger, centre, strict=True)]
                if all(
                    low - wide < o < high + wide for o, (low, high) in zip(off, room, strict=True)
                ):
                    return False
        elif i != target and top(scene, i) > low and _is_under_palm(scene, i, target, yaw):
            return False
    return True


def _is_under_palm(scene: SceneState, index: int, target: int, yaw: float) -> bool:
    """Whether a thing is where the palm of a hand at the target comes down."""
    (x, y), (tx, ty) = position_xy(scene, index), position_xy(scene, target)
    sin, cos, room = math.sin(yaw), math.cos(yaw), scene.specs[index].footprint + CLEARANCE
    across, along = abs(cos * (x - tx) + sin * (y - ty)), abs(cos * (y - ty) - sin * (x - tx))
    half_across, half_along = (half + PALM_SLACK for half in scene.hand.palm)
    return across < half_across + room and along < half_along + room


def free_spot(scene: SceneState, near: Point, radius: float) -> Point | None:
    """Return the nearest spot where a thing this wide stands free, None if there is none.

    Args:
        scene: The facts; everything in it is kept clear of, the thing itself too.
        near: World frame, metres.
        radius: Half the width of the thing, metres.
    """
    grid = product(_grid(*WORKSPACE[0]), _grid(*WORKSPACE[1]))
    for spot in sorted(grid, key=lambda spot: math.dist(near, spot)):
        if all(
            math.dist(spot, centre) >= radius + width + FREE_GAP
            for centre, width, _ in _outlines(scene)
        ):
            return spot
    return None


# Each of many spots and ways in a scene is held against the same things.
@lru_cache(maxsize=64)
def _outlines(scene: SceneState) -> list[tuple[Point, float, bool]]:
    """Return the centre of each thing, the radius of its outline, and whether it is a surface."""
    return [
        (position_xy(scene, i), footprint(scene, i), is_surface(spec))
        for i, spec in enumerate(scene.specs)
    ]


def _grid(low: float, high: float) -> list[float]:
    steps = round((high - low) / GRID)
    return [low + (high - low) * i / steps for i in range(steps + 1)]

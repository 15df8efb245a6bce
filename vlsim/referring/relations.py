"""Where things are to each other, as words such as "behind" see it: yes, no, or hard to say.

Directions are the front camera's, which looks at the robot: right is +y, in front is +x. Between a
clear yes and a clear no lies a margin in which people disagree; a generated phrase is never decided
there, and one that a user says may be.
"""

import math
from collections.abc import Callable

from vlsim.world import SceneState

AXES: dict[str, tuple[float, float]] = {
    "left of": (0.0, -1.0),
    "right of": (0.0, 1.0),
    "in front of": (1.0, 0.0),
    "behind": (-1.0, 0.0),
}
"""Directions in the world frame, (x, y), of the relations that have one."""
SIDES = (*AXES, "next to")
"""Relations of a thing to another one that it stands beside."""
LIES_THERE = ("in", "on")
"""Relations of a thing to what it lies in or on."""
CLEAR_DISTANCE = 0.03
"""A thing is clearly on that side if its centre is this far along, metres."""
CLEAR_ANGLE_DEG, LARGEST_ANGLE_DEG = 35.0, 60.0
"""Off the axis by less than the first is a clear yes, by more than the second a clear no."""
NEAR, FAR = 0.06, 0.10
"""Gap between the outlines of things that clearly are, and clearly are not, neighbours, metres."""
MIDDLE = 0.25
"""Something between two others clears each by this share of their distance."""
LIES = 0.02
"""How much higher than at rest a thing still lies there, metres."""

Verdict = bool | None
"""True, False, or None where it is hard to say."""


def holds(relation: str, scene: SceneState, index: int, landmarks: tuple[int, ...]) -> Verdict:
    """Whether object `index` stands in this relation to the landmarks.

    Args:
        relation: One of `RELATIONS`.
        scene: The facts.
        index: Object that is said to be somewhere.
        landmarks: What it is related to, as many as `RELATIONS` says.
    """
    return RELATIONS[relation][1](relation, scene, index, *landmarks)


def _on_side(relation: str, scene: SceneState, index: int, landmark: int) -> Verdict:
    dx, dy = _offset(scene, landmark, index)
    ax, ay = AXES[relation]
    along, across = dx * ax + dy * ay, abs(dx * ay - dy * ax)
    angle = math.degrees(math.atan2(across, along))
    if angle > LARGEST_ANGLE_DEG or along <= 0.0:
        return False
    return True if angle <= CLEAR_ANGLE_DEG and along >= CLEAR_DISTANCE else None


def _beside(relation: str, scene: SceneState, index: int, landmark: int) -> Verdict:
    radii = scene.specs[index].radius + scene.specs[landmark].radius
    gap = math.hypot(*_offset(scene, landmark, index)) - radii
    if gap >= FAR:
        return False
    return True if gap <= NEAR else None


def _between(relation: str, scene: SceneState, index: int, first: int, second: int) -> Verdict:
    (dx, dy), (wx, wy) = _offset(scene, first, second), _offset(scene, first, index)
    length = math.hypot(dx, dy)
    if length == 0.0:
        return False
    along, across = (wx * dx + wy * dy) / length, abs(wx * dy - wy * dx) / length
    width = scene.specs[index].radius
    if not 0.0 < along < length or across > 2.0 * width:
        return False
    in_the_middle = MIDDLE <= along / length <= 1.0 - MIDDLE
    return True if in_the_middle and across <= width else None


def _inside(relation: str, scene: SceneState, index: int, landmark: int) -> Verdict:
    opening = scene.specs[landmark].inner_radius
    return opening > 0.0 and _lies_within(scene, index, landmark, opening)


def _on(relation: str, scene: SceneState, index: int, landmark: int) -> Verdict:
    spec = scene.specs[landmark]
    surface = not spec.movable and spec.inner_radius == 0.0
    return surface and _lies_within(scene, index, landmark, spec.radius)


def _holding(relation: str, scene: SceneState, index: int, landmark: int) -> Verdict:
    return _inside(relation, scene, landmark, index) or _on(relation, scene, landmark, index)


def _lies_within(scene: SceneState, index: int, landmark: int, radius: float) -> bool:
    if not scene.specs[index].movable or index == landmark:
        return False
    rise = float(scene.positions_world[index, 2]) - scene.specs[index].height / 2
    return math.hypot(*_offset(scene, landmark, index)) <= radius and rise <= LIES


def _offset(scene: SceneState, start: int, end: int) -> tuple[float, float]:
    """Return the way from one centre to another, (x, y), metres."""
    (sx, sy, _), (ex, ey, _) = scene.centres[start], scene.centres[end]
    return ex - sx, ey - sy


RELATIONS: dict[str, tuple[int, Callable[..., Verdict]]] = {
    **dict.fromkeys(AXES, (1, _on_side)),
    "next to": (1, _beside),
    "between": (2, _between),
    "in": (1, _inside),
    "on": (1, _on),
    "holding": (1, _holding),
}
"""Number of landmarks and test of each relation."""

ORDERS: dict[str, Callable[[SceneState, int], float]] = {
    "left": lambda scene, i: scene.centres[i][1],
    "right": lambda scene, i: -scene.centres[i][1],
    "front": lambda scene, i: -scene.centres[i][0],
    "back": lambda scene, i: scene.centres[i][0],
    "nearest": lambda scene, i: math.hypot(*scene.centres[i][:2]),
    "farthest": lambda scene, i: -math.hypot(*scene.centres[i][:2]),
    "largest": lambda scene, i: -scene.specs[i].radius,
    "smallest": lambda scene, i: scene.specs[i].radius,
}
"""What superlatives and ordinals sort by, the first being the lowest; metres."""
COMPARATIVES: dict[str, str] = {"smaller": "smallest", "larger": "largest"}
"""Orders of exactly two things: each is the one in which the thing that is meant comes first."""
ORDER_MARGIN = {"largest": 0.003, "smallest": 0.003}
"""Difference that two neighbours in an order must have to be told apart, metres …"""
POSITION_MARGIN = 0.025
"""… and in all other orders."""


def in_order(order: str, scene: SceneState, indices: tuple[int, ...]) -> list[list[int]]:
    """Return the objects in groups that cannot be told apart, the first group first.

    Args:
        order: One of `ORDERS`.
        scene: The facts.
        indices: The objects to sort.
    """
    value, margin = ORDERS[order], ORDER_MARGIN.get(order, POSITION_MARGIN)
    groups: list[list[int]] = []
    last = -math.inf
    for place, i in sorted((value(scene, i), i) for i in indices):
        if place - last < margin:
            groups[-1].append(i)
        else:
            groups.append([i])
        last = place
    return groups

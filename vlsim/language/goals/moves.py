"""Which one of several things to pick up next, and where to leave it."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from vlsim.language.goals.paths import FREE_GAP, Point
from vlsim.world import WORKSPACE, Array, SceneState

GRID = 0.01
"""Distance of the spots that are tried, metres."""
SPARE = 0.02
"""How much better than asked for the expert wants it, metres: a release shifts things so far."""
TIGHT = 0.02
"""Gap between the outlines of things that are brought together, metres."""
FINGER_REACH, FINGER_WIDTH = 0.052, 0.012
"""Where the open fingers are beside what they hold, along y, and half their width, metres."""
FLAT = 0.01
"""Fingers are above what is lower than this, metres."""
ROUND = 4
"""Decimals that differences are looked at with, metres: what rounding adds decides nothing."""

_SPOTS: Array = np.stack(
    np.meshgrid(*(np.arange(low, high + GRID / 2, GRID) for low, high in WORKSPACE), indexing="ij"),
    axis=-1,
).reshape(-1, 2)

Lacking = Callable[[Array, float], Array]
"""What is lacking with the things at points (S, n, 2) and with that much to spare. Shape (S,)."""


def best_move(
    scene: SceneState, members: Sequence[int], lacking: Lacking, close: Sequence[int] = ()
) -> tuple[int, Point] | None:
    """Return the thing and the free spot after whose move the least is lacking.

    Of equally good moves it is the shortest. None if nothing can be left anywhere.

    Args:
        scene: The facts.
        members: The things that may be moved; they may come close to each other.
        lacking: What is lacking for places of the members, in their order.
        close: Other things that they may come close to.
    """
    now = scene.positions_world[list(members), :2]
    lacks = float(lacking(now[None], 0.0).round(ROUND)[0])
    chosen = []
    for k, index in enumerate(members):
        free = _SPOTS[_is_free(scene, _SPOTS, index, {*members, *close})]
        if not len(free):
            continue
        points = np.repeat(now[None], len(free), axis=0)
        points[:, k] = free
        way = np.hypot(*(free - now[k]).T)
        # What stands too near to be grasped waits until something else has gone.
        is_hemmed = not _have_fingers_room(scene, now[k : k + 1], index)[0]
        left = lacking(points, 0.0).round(ROUND)
        keys = np.stack(
            [
                (left >= lacks).astype(float),
                np.full(len(free), float(is_hemmed)),
                left,
                lacking(points, SPARE).round(ROUND),
                way,
            ]
        )
        best = np.lexsort(keys[::-1])[0]
        x, y = free[best].tolist()
        chosen.append((*keys[:, best].tolist(), index, (x, y)))
    if not chosen:
        return None
    *_, index, spot = min(chosen)
    return index, spot


def _is_free(scene: SceneState, spots: Array, index: int, close: set[int]) -> NDArray[np.bool_]:
    """Return which spots (S, 2) an object can be left at. Shape (S,), bool."""
    spec = scene.specs[index]
    free = _have_fingers_room(scene, spots, index)
    for i, other in enumerate(scene.specs):
        if i != index:
            apart = np.hypot(*(spots - scene.positions_world[i, :2]).T)
            if i in close and other.joint is None:
                free &= apart >= spec.radius + other.radius + TIGHT
            else:
                free &= apart >= spec.footprint + other.footprint + FREE_GAP
    return free


def _have_fingers_room(scene: SceneState, spots: Array, index: int) -> NDArray[np.bool_]:
    """Return at which spots (S, 2) nothing stands where the open fingers come. Shape (S,), bool."""
    room = np.ones(len(spots), bool)
    for i, other in enumerate(scene.specs):
        if i != index and other.height > FLAT:
            dx, dy = np.abs(spots - scene.positions_world[i, :2]).T
            room &= (dx > other.radius + FINGER_WIDTH) | (dy > other.radius + FINGER_REACH)
    return room

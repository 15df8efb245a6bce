"""Which one of several things to pick up next, and where to leave it."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from vlsim.skills.room import FREE_GAP, GRID
from vlsim.world import WORKSPACE, Array, SceneState
from vlsim.world.space import Point
from vlsim.world.support import footprint

SPARE = 0.02
"""How much better than asked for the expert wants it, metres: a release shifts things so far."""
TIGHT = 0.02
"""Gap between the outlines of things that are brought together, metres."""
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


def best_moves(
    scene: SceneState, members: Sequence[int], lacking: Lacking, close: Sequence[int] = ()
) -> tuple[tuple[int, Point], ...]:
    """Return for each thing the free spot after whose move the least is lacking, the best first.

    Of equally good ones the shorter way comes first. Left out are things that cannot be left
    anywhere, and those that help less than others do: not at all, or only when something else has
    gone that is in the fingers' way.

    Args:
        scene: The facts.
        members: The things that may be moved; they may come close to each other.
        lacking: What is lacking for places of the members, in their order.
        close: Other things that they may come close to.
    """
    now = scene.positions_world[list(members), :2]
    lacks = float(lacking(now[None], 0.0).round(ROUND)[0])
    spots = np.concatenate([_SPOTS, now])
    ways = np.abs(spots[:, None] - scene.positions_world[:, :2])
    apart = np.sqrt((ways * ways).sum(axis=2))
    is_shut = _are_fingers_shut_out(scene, range(len(scene.specs)), ways)
    chosen: list[tuple[tuple[float, ...], int, Point]] = []
    for k, index in enumerate(members):
        others = [i for i in range(len(scene.specs)) if i != index]
        room = np.asarray(~is_shut[:, others].any(axis=1))
        gaps = _least_distances(scene, index, others, {*members, *close})
        (free,) = np.nonzero((room & (apart[:, others] >= gaps).all(axis=1))[: len(_SPOTS)])
        if not len(free):
            continue
        points = np.repeat(now[None], len(free), axis=0)
        points[:, k] = _SPOTS[free]
        left = lacking(points, 0.0).round(ROUND)
        least = float(left.min())
        (equal,) = np.nonzero(left == least)
        to_spare = lacking(points[equal], SPARE).round(ROUND)
        way = apart[free[equal], index]
        best = np.lexsort((way, to_spare))[0]
        # What stands too near to be grasped waits until something else has gone.
        is_hemmed = not room[len(_SPOTS) + k]
        keys = (least >= lacks, is_hemmed, least, float(to_spare[best]), float(way[best]))
        x, y = _SPOTS[free[equal[best]]].tolist()
        chosen.append((keys, index, (x, y)))
    chosen.sort()
    return tuple((i, spot) for keys, i, spot in chosen if keys[:2] == chosen[0][0][:2])


def free_spots(scene: SceneState, index: int, others: Sequence[int], close: set[int]) -> Array:
    """Return the spots where an object can be left among some others. Shape (S, 2), metres.

    Args:
        scene: The facts.
        index: The object.
        others: Objects that are in the way.
        close: Those among them that it may come close to.
    """
    ways = np.abs(_SPOTS[:, None] - scene.positions_world[list(others), :2])
    apart = np.sqrt((ways * ways).sum(axis=2))
    room = ~_are_fingers_shut_out(scene, others, ways).any(axis=1)
    return np.asarray(
        _SPOTS[room & (apart >= _least_distances(scene, index, others, close)).all(1)]
    )


def fit_together(scene: SceneState, index: int, spots: Array) -> int:
    """Return how many objects like this one fit on some of the spots, taken one after the other."""
    radius, number = scene.specs[index].radius, 0
    (width, _), reach = scene.hand.finger, scene.hand.reach
    while len(spots):
        ways = np.abs(spots - spots[0])
        beside = (ways > (radius + width, radius + reach)).any(axis=1)
        spots = spots[beside & (np.hypot(*ways.T) >= 2 * radius + TIGHT)]
        number += 1
    return number


def _least_distances(
    scene: SceneState, index: int, others: Sequence[int], close: set[int]
) -> list[float]:
    """Return how far an object has to be left from each of the others at least, metres."""
    spec = scene.specs[index]
    return [
        spec.radius + other.radius + TIGHT
        if i in close and other.joint is None
        else spec.footprint + footprint(scene, i) + FREE_GAP
        for i, other in ((i, scene.specs[i]) for i in others)
    ]


def _are_fingers_shut_out(
    scene: SceneState, things: Sequence[int], ways: Array
) -> NDArray[np.bool_]:
    """Return where each of N things stands where the open fingers come. Shape (S, N), bool.

    Args:
        scene: The facts.
        things: The N things.
        ways: Distances along x and y from S spots to the things, shape (S, N, 2), metres.
    """
    radii = np.array([scene.specs[i].radius for i in things])
    is_high = np.array([scene.specs[i].height > FLAT for i in things])
    (width, _), reach = scene.hand.finger, scene.hand.reach
    beside = (ways[..., 0] > radii + width) | (ways[..., 1] > radii + reach)
    return np.asarray(is_high & ~beside)

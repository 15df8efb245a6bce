"""Where objects may stand: drawn one after the other, never closer than the gripper needs."""

from collections.abc import Sequence

import numpy as np

from vlsim.errors import PlacementError
from vlsim.world import WORKSPACE, Array, ObjectSpec

CLEARANCE = 0.040
"""Free space between two outlines, metres: an open finger must fit in, 4 cm off its object."""
FLAT_CLEARANCE = 0.012
"""The same where one of the two is flat, and no finger can hit it."""
FLAT_HEIGHT = 0.01
OVERHANG = 0.03
"""How far an object's outline may reach over the edge of the workspace, metres."""
TRIES = 60
RESTARTS = 40


def place(specs: Sequence[ObjectSpec], rng: np.random.Generator) -> Array:
    """Return non-overlapping positions (K, 2) on the workspace, metres.

    Wide objects go first, since they are the hardest to fit; the result keeps the order of `specs`.

    Raises:
        PlacementError: If they do not fit; says how many did.
    """
    order = sorted(range(len(specs)), key=lambda i: -specs[i].footprint)
    low, high = np.array(WORKSPACE).T
    most = 0
    for _ in range(RESTARTS):
        placed: dict[int, tuple[float, float]] = {}
        for i in order:
            margin = max(0.0, specs[i].footprint - OVERHANG)
            keep_out = [
                (*spot, specs[i].footprint + specs[j].footprint + _clearance(specs[i], specs[j]))
                for j, spot in placed.items()
            ]
            spot = _free_spot(keep_out, low + margin, high - margin, rng)
            if spot is not None:
                placed[i] = spot
        most = max(most, len(placed))
        if len(placed) == len(specs):
            return np.array([placed[i] for i in range(len(specs))]).reshape(len(specs), 2)
    width, depth = (100 * (high - low)).round()[::-1]
    raise PlacementError(
        f"Could not place {len(specs)} objects on a {width:.0f} x {depth:.0f} cm workspace after "
        f"{RESTARTS} tries; {most} fit. Use fewer or smaller objects."
    )


def _clearance(a: ObjectSpec, b: ObjectSpec) -> float:
    return FLAT_CLEARANCE if min(a.height, b.height) < FLAT_HEIGHT else CLEARANCE


def _free_spot(
    keep_out: list[tuple[float, float, float]], low: Array, high: Array, rng: np.random.Generator
) -> tuple[float, float] | None:
    for x, y in rng.uniform(low, high, (TRIES, 2)).tolist():
        if all((x - a) ** 2 + (y - b) ** 2 >= r * r for a, b, r in keep_out):
            return x, y
    return None

"""Where objects may stand: drawn one after the other, never closer than the gripper needs."""

from collections.abc import Sequence

import numpy as np

from vlsim.errors import PlacementError
from vlsim.world import WORKSPACE, Array
from vlsim.world.things import ObjectSpec

CLEARANCE = 0.040
"""Free space between two outlines, metres: an open finger must fit in, 4 cm off its object."""
FLAT_CLEARANCE = 0.012
"""The same where one of the two is flat, and no finger can hit it."""
FLAT_HEIGHT = 0.01
"""What is lower than this is flat, metres."""
FIXTURE_CLEARANCE = 0.03
"""The same between the rooms of two fixtures, where hands only come to the handles."""
OVERHANG = 0.03
"""How far an object's outline may reach over the edge of the workspace, metres."""
TRIES = 60
"""Places that are drawn for one object."""
RESTARTS = 120
"""How often all objects are placed anew before they are said not to fit."""


def place(specs: Sequence[ObjectSpec], rng: np.random.Generator) -> Array:
    """Return non-overlapping positions (K, 2) on the workspace, metres.

    Fixtures get the room of all their positions, and are meant to stand straight.
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
            room = np.array(_room(specs[i])).T
            margin_low, margin_high = np.maximum(0.0, [-room[0] - OVERHANG, room[1] - OVERHANG])
            keep_out: list[tuple[float, float, float]] = []
            boxes: list[tuple[float, ...]] = []
            for j, there in placed.items():
                clearance = _clearance(specs[i], specs[j])
                if specs[i].joint or specs[j].joint:
                    boxes.append(_keep_out_box(there, specs[j], specs[i], clearance))
                else:
                    reach = specs[i].footprint + specs[j].footprint
                    keep_out.append((*there, reach + clearance))
            spot = _free_spot(keep_out, boxes, low + margin_low, high - margin_high, rng)
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


def _room(spec: ObjectSpec) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return how far a thing reaches from its centre, ((x low, x high), (y low, y high))."""
    return spec.joint.room if spec.joint else ((-spec.footprint, spec.footprint),) * 2


def _keep_out_box(
    spot: tuple[float, float], there: ObjectSpec, new: ObjectSpec, clearance: float
) -> tuple[float, ...]:
    """Return x low, x high, y low, y high of where the centre of `new` would be too close."""
    sides = zip(spot, _room(there), _room(new), strict=True)
    return tuple(
        bound
        for at, (low, high), (new_low, new_high) in sides
        for bound in (at + low - new_high - clearance, at + high - new_low + clearance)
    )


def _clearance(a: ObjectSpec, b: ObjectSpec) -> float:
    if a.joint and b.joint:
        return FIXTURE_CLEARANCE
    return FLAT_CLEARANCE if min(a.height, b.height) < FLAT_HEIGHT else CLEARANCE


def _free_spot(
    keep_out: list[tuple[float, float, float]],
    boxes: list[tuple[float, ...]],
    low: Array,
    high: Array,
    rng: np.random.Generator,
) -> tuple[float, float] | None:
    for x, y in rng.uniform(low, high, (TRIES, 2)).tolist():
        if all((x - a) ** 2 + (y - b) ** 2 >= r * r for a, b, r in keep_out) and not any(
            x_low < x < x_high and y_low < y < y_high for x_low, x_high, y_low, y_high in boxes
        ):
            return x, y
    return None

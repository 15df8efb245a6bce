"""What only training sees of a picture and of an episode: labels by role, and facts by name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.world.things import KINDS, TRAINED_KINDS

AIMED_ROLES = ("target", "place")
"""What the present motion is about, and where it leads: a `primitive` points at these."""
ROLES = (*AIMED_ROLES, "other", "middle", "upper", "lower")
"""Parts that things play in an instruction, the slots of all goals: what to act on, where it shall
go; the other of two places; the parts of a tower between.

Labels have one entry for each, networks for those that the goals of their task have.
"""
LABEL_POINTS = "label_points"
"""Where to take hold of what each role names, in the front camera's picture: u, v. (R * 2,)."""
LABEL_BOXES = "label_boxes"
"""What is seen of it: left, top, right, bottom in the same coordinates, zeros where nothing is.

Shape (R * 4,): Stable-Baselines3 wants rows.
"""
LABEL_PRESENT = "label_present"
"""Whether the goal has the role, (R,) int8."""
LABELS = (LABEL_POINTS, LABEL_BOXES, LABEL_PRESENT)
"""Names of all labels in an observation."""

# A kind that training never shows is none of them.
OBJECT_KINDS = tuple(kind for kind in TRAINED_KINDS if not KINDS[kind].joint)
"""Kinds without a joint that the facts tell apart."""
FIXTURE_KINDS = tuple(kind for kind in TRAINED_KINDS if KINDS[kind].joint)
"""Kinds with a joint that the facts tell apart."""
_OF_ROLE = ("dx", "dy", "dz", "vx", "vy", "vz", "radius", "height")
FACT_NAMES = (
    *(
        f"{role}_{name}"
        for role in AIMED_ROLES
        for name in (*_OF_ROLE, *(f"is_{kind}" for kind in OBJECT_KINDS))
    ),
    *("ee_x", "ee_y", "ee_z", "time"),
    *("handle_dx", "handle_dy", "handle_dz", "joint"),
    *(f"joint_is_{kind}" for kind in FIXTURE_KINDS),
)
"""Entries of `PRIVILEGED`, the same for all tasks.

Of each of `AIMED_ROLES`: the way from the hand to its thing (metres, base frame), the thing's
velocity (metres a second), its radius and height, and its kind as zeros and a one. Then the hand's
position and the share of the episode that is over; the way to the target's handle, its joint's
position (radians or metres) and its kind, where it has a joint. What does not exist is 0.
"""


def to_pixels(uv: NDArray[Any], side: int) -> NDArray[np.float64]:
    """Return points of a picture in pixels, from the left and the top edge.

    The renderer takes its rows on the lower edge of a pixel, see `Camera.intrinsics`.

    >>> to_pixels(np.array([0.0, 0.0]), 64)
    array([32., 31.])

    Args:
        uv: Points (..., 2), -1 to 1 from left to right and from top to bottom.
        side: Side of the picture, pixels.
    """
    return np.subtract((np.asarray(uv, float) + 1) / 2 * side, (0, 1))


def to_uv(pixels: NDArray[Any], side: int) -> NDArray[np.float64]:
    """Return points (..., 2) in pixels as `to_pixels` takes them; the other way round."""
    uv: NDArray[np.float64] = np.add(pixels, (0, 1)) / side * 2 - 1
    return uv

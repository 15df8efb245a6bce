"""Where things may be, and distances in the plane."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Point = tuple[float, float]
"""x and y, world frame, metres."""
WORKSPACE = ((0.34, 0.66), (-0.19, 0.19))
"""Where object centres lie, ((x low, x high), (y low, y high)), metres."""
REACH_OF_WORLD = 10.0
"""No coordinate of a scene is larger than this, metres: beyond, it was meant in other units."""


def is_inside_workspace(point: Point) -> bool:
    """Whether objects may be left there."""
    (x, y), ((x_low, x_high), (y_low, y_high)) = point, WORKSPACE
    return x_low <= x <= x_high and y_low <= y <= y_high


def distance_to_segment(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a straight way, metres."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    px, py = point[0] - start[0], point[1] - start[1]
    squared = dx * dx + dy * dy
    share = min(1.0, max(0.0, (px * dx + py * dy) / squared)) if squared > 0.0 else 0.0
    return math.hypot(px - share * dx, py - share * dy)

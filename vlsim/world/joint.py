"""Fixtures: how the moving part of a drawer, a button or a slider slides, and where it is held.

A fixture stands on the table like furniture and one part of it moves along a line. The frame is the
fixture's own, metres: x is its front, y its left, z up, and the origin is the centre of the whole
body at half its height. Lengths are those of size "small".
"""

from dataclasses import dataclass, replace
from functools import cache

JOINT_SLACK = 0.02
"""How far a joint that is pressed hard may give way beyond its range, metres."""


@dataclass(frozen=True)
class Joint:
    """A prismatic joint.

    Args:
        axis: Direction in which the joint position grows; has length 1.
        range: Lowest and highest joint position.
        handle: Where the hand takes hold while the joint position is 0.
        starts: Where scenes begin, as shares of the range.
        room: Box that the fixture covers in all its positions, seen from above, as
            ((x low, x high), (y low, y high)).
    """

    axis: tuple[float, float, float]
    range: tuple[float, float]
    handle: tuple[float, float, float]
    starts: tuple[float, ...]
    room: tuple[tuple[float, float], tuple[float, float]]

    # Goals ask for it at every simulator step.
    @cache  # noqa: B019, a handful of joints for ever
    def scaled(self, scale: float) -> "Joint":
        """Return the joint of a fixture that is wider and deeper by this factor, and as high."""
        stretch = 1.0 if self.axis[2] else scale
        low, high = self.range
        x, y, z = self.handle
        (x_low, x_high), (y_low, y_high) = self.room
        return replace(
            self,
            range=(low * stretch, high * stretch),
            handle=(x * scale, y * scale, z),
            room=((x_low * scale, x_high * scale), (y_low * scale, y_high * scale)),
        )

    def at(self, share: float) -> float:
        """Return the joint position at a share of the range, metres."""
        low, high = self.range
        return low + share * (high - low)


DRAWER = Joint(
    axis=(1.0, 0.0, 0.0),
    range=(0.0, 0.045),
    handle=(0.060, 0.0, 0.0075),
    starts=(0.0, 0.5, 1.0),
    room=((-0.036, 0.118), (-0.040, 0.040)),
)
"""0 is closed."""
BUTTON = Joint(
    axis=(0.0, 0.0, -1.0),
    range=(0.0, 0.012),
    handle=(0.0, 0.0, 0.018),
    starts=(0.0,),
    room=((-0.032, 0.032), (-0.032, 0.032)),
)
"""0 is up; the button stays where it was pressed to."""
SLIDER = Joint(
    axis=(0.0, 1.0, 0.0),
    range=(-0.045, 0.045),
    handle=(0.0, 0.0, 0.009),
    starts=(0.0, 0.5, 1.0),
    room=((-0.024, 0.024), (-0.080, 0.080)),
)
"""0 is the middle, and to the right is higher."""

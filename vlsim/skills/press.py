"""Pressing down, as a button wants it."""

from collections.abc import Iterator

from vlsim.skills.base import (
    FREE_SPEED,
    PUSH_SPEED,
    SPEED,
    TRANSIT_HEIGHT,
    Skill,
    Waypoint,
)
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.hand import CLOSED, HOME, EndEffectorTarget

PRESS_HEIGHT = 0.027
"""Where it ends, metres; the fingertips are 7 mm lower, and 1 cm below the top of a button."""


class Press(Skill):
    """Down at the start of the motion, and up again."""

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        above = EndEffectorTarget((*motion.start_world, TRANSIT_HEIGHT), opening=CLOSED)
        at = EndEffectorTarget((*motion.start_world, PRESS_HEIGHT), opening=CLOSED)
        yield Waypoint(above, SPEED, exact=False)
        yield Waypoint(at, PUSH_SPEED, exact=True)
        yield Waypoint(above, SPEED, exact=False)
        yield Waypoint(HOME, FREE_SPEED, exact=False)

"""Bringing the closed fingers to a point."""

from collections.abc import Iterator

from vlsim.skills.base import SPEED, TRANSIT_HEIGHT, Skill, Waypoint
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.hand import CLOSED, EndEffectorTarget

REACH_HEIGHT = 0.04
"""Where it ends, metres above the table."""


class Reach(Skill):
    """Down to the start of the motion; the hand stays there."""

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        above = EndEffectorTarget((*motion.start_world, TRANSIT_HEIGHT), opening=CLOSED)
        at = EndEffectorTarget((*motion.start_world, REACH_HEIGHT), opening=CLOSED)
        yield Waypoint(above, SPEED, exact=False)
        yield Waypoint(at, SPEED, exact=True)

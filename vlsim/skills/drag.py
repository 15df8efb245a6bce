"""Dragging a handle: of a drawer, a slider or a lever."""

import math
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
from vlsim.world.hand import CLOSED, GRASP_OPENING, HOME, EndEffectorTarget
from vlsim.world.space import Point

HANDLE_HEIGHT = 0.03
"""Where handles are held, metres; the palm is then above every fixture."""
BACK_OFF = 0.015
"""How far the open fingers go back then, metres."""


class Drag(Skill):
    """Between the fingers from start to end, sliding; the thing stays on its rails."""

    grasps = True
    on_rails = True
    # Levers stand on rails of 1.2 cm.
    planar_height = 0.034

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        start, end = motion.start_world, motion.end_world

        def at(xy: Point, height: float, opening: float, speed: float) -> Waypoint:
            pose = EndEffectorTarget((*xy, height), opening=opening)
            return Waypoint(pose, speed, exact=height < TRANSIT_HEIGHT)

        yield at(start, TRANSIT_HEIGHT, GRASP_OPENING, FREE_SPEED)
        yield at(start, HANDLE_HEIGHT, GRASP_OPENING, PUSH_SPEED)
        yield at(start, HANDLE_HEIGHT, CLOSED, SPEED)
        yield at(end, HANDLE_HEIGHT, CLOSED, PUSH_SPEED)
        yield at(end, HANDLE_HEIGHT, GRASP_OPENING, SPEED)
        # Back first, and slowly: fingers that press against what they have pushed shut stick to it.
        back = BACK_OFF / max(BACK_OFF, math.dist(start, end))
        x, y = (b + back * (a - b) for a, b in zip(start, end, strict=True))
        yield at((x, y), HANDLE_HEIGHT, GRASP_OPENING, PUSH_SPEED)
        yield at((x, y), TRANSIT_HEIGHT, GRASP_OPENING, PUSH_SPEED)
        yield Waypoint(HOME, FREE_SPEED, exact=False)

"""Tipping a standing thing over."""

import math
from collections.abc import Iterator

from vlsim.skills.base import (
    CAREFUL_FREE_SPEED,
    CAREFUL_SPEED,
    FREE_SPEED,
    TRANSIT_HEIGHT,
    Skill,
    Waypoint,
)
from vlsim.skills.motion import Motion, pushed
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.hand import CLOSED, HOME, EndEffectorTarget
from vlsim.world.orientation import laid
from vlsim.world.support import no_velocities, top

TIP_DEPTH = 0.001
"""How far below the top of a thing the end effector tips it over; the fingertips are 7 mm lower."""
TIP_SPEED = 0.15


class Tip(Skill):
    """Closed fingers push against the upper end of a thing, from start to end."""

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        height = TRANSIT_HEIGHT
        thing = pushed(motion, scene)
        if thing is not None:
            height = min(height, top(scene, thing) - TIP_DEPTH)

        def at(xy: tuple[float, float], height: float, speed: float) -> Waypoint:
            return Waypoint(EndEffectorTarget((*xy, height), opening=CLOSED), speed, exact=True)

        yield at(motion.start_world, TRANSIT_HEIGHT, CAREFUL_FREE_SPEED)
        yield at(motion.start_world, height, CAREFUL_SPEED)
        yield at(motion.end_world, height, TIP_SPEED)
        yield at(motion.end_world, TRANSIT_HEIGHT, CAREFUL_SPEED)
        yield Waypoint(HOME, FREE_SPEED, exact=False)

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene after a motion that goes well."""
        thing = pushed(motion, scene)
        assert thing is not None
        cos, sin = math.cos(motion.angle), math.sin(motion.angle)
        x, y = position_xy(scene, thing)
        far = scene.specs[thing].radius + scene.specs[thing].height / 2
        positions = scene.positions_world.copy()
        positions[thing, :2] = x + far * cos, y + far * sin
        scene = scene.replace(positions_world=positions, velocities_world=no_velocities(scene))
        return laid(scene, thing, motion.angle)

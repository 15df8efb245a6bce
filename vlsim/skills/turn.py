"""Turning a thing about the vertical."""

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
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.distances import distance_xy, is_surface
from vlsim.world.hand import CLOSED, GRASP_OPENING, HOME, EndEffectorTarget
from vlsim.world.orientation import facing, rotated
from vlsim.world.quaternion import QUARTER
from vlsim.world.support import footprint, nearest_movable, things_at

TURN_HEIGHT = 0.030
"""Where things are held to be turned: the palm then goes round above almost all others."""
TURN_RISE = 0.015
"""How much higher they are while they are turned, metres."""
TURN_SLACK = 0.05
"""An angle that is not worth another grasp, radians."""


class Turn(Skill):
    """By the angle of the motion, in as many grasps as it takes."""

    grasps = True
    carries = True

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        start, left, most = motion.start_world, motion.angle, scene.hand.most_yaw
        taken = next(iter(things_at(scene, start)), None)
        yaw = 0.0 if taken is None else facing(scene, taken)

        def at(height: float, opening: float, speed: float = CAREFUL_SPEED) -> Waypoint:
            pose = EndEffectorTarget((*start, height), yaw, opening)
            return Waypoint(pose, speed, exact=True, turns=True)

        while abs(left) > TURN_SLACK:
            # The side of the thing that leaves most room to turn.
            while abs(behind := yaw - math.copysign(QUARTER, left)) <= most:
                yaw = behind
            step = min(max(left, -most - yaw), most - yaw)
            yield at(TRANSIT_HEIGHT, GRASP_OPENING, CAREFUL_FREE_SPEED)
            yield at(TURN_HEIGHT, GRASP_OPENING)
            yield at(TURN_HEIGHT, CLOSED)
            # In the air: a thing that is pressed on the table does not turn with the fingers.
            yield at(TURN_HEIGHT + TURN_RISE, CLOSED)
            yaw, left = yaw + step, left - step
            yield at(TURN_HEIGHT + TURN_RISE, CLOSED)
            yield at(TURN_HEIGHT, CLOSED)
            yield at(TURN_HEIGHT, GRASP_OPENING)
            yield at(TRANSIT_HEIGHT, GRASP_OPENING)
        yaw = 0.0
        yield at(TRANSIT_HEIGHT, GRASP_OPENING)
        yield Waypoint(HOME, FREE_SPEED, exact=False)

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene after a motion that goes well."""
        return rotated(scene, nearest_movable(scene, motion.start_world), motion.angle)

    @staticmethod
    def has_room(scene: SceneState, target: int) -> bool:
        """Whether nothing stands where the fingers go round the target."""
        room = scene.hand.turning_radius
        return all(
            distance_xy(scene, target, i) >= room + footprint(scene, i)
            for i, spec in enumerate(scene.specs)
            if i != target and not is_surface(spec)
        )

"""Setting a lying thing upright."""

import math
from collections.abc import Iterator

from vlsim.skills.base import (
    CAREFUL_FREE_SPEED,
    CAREFUL_SPEED,
    FREE_SPEED,
    GRASP_HEIGHT,
    TRANSIT_HEIGHT,
    Skill,
    Waypoint,
)
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.distances import is_surface, position_xy
from vlsim.world.hand import CLOSED, GRASP_OPENING, HOME, EndEffectorTarget
from vlsim.world.orientation import heading
from vlsim.world.support import footprint, highest, nearest_movable, put_down, things_at

STAND_DROP = 0.002
"""How far its edge is above the table when it is let go, metres."""
STAND_RETREAT = 0.06
"""How far the open fingers are drawn back then, the way that the hand leans, metres."""

HOLD = 0.012
"""How far from its end a thing is held that lies and shall stand, metres."""


def near_end(scene: SceneState, index: int, yaw: float) -> tuple[float, float]:
    """Return where a lying thing is held to set it up, near its end on the robot's side.

    Args:
        scene: The facts.
        index: The thing.
        yaw: Along which line it is taken to lie, radians.
    """
    x, y, _ = scene.positions_world[index].tolist()
    arm = scene.specs[index].height / 2 - HOLD
    return x - arm * math.cos(yaw), y - arm * math.sin(yaw)


class Stand(Skill):
    """Takes a lying thing by its near end, and leans to set it up."""

    grasps = True
    carries = True
    tilts = True

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        taken = next(iter(things_at(scene, motion.start_world)), None)
        yaw, near = 0.0, motion.start_world
        most_yaw, most_tilt = scene.hand.most_yaw, scene.hand.most_tilt
        radius, height = GRASP_HEIGHT, TRANSIT_HEIGHT / 2
        if taken is not None:
            yaw = min(max(heading(scene, taken), -most_yaw), most_yaw)
            near = near_end(scene, taken, yaw)
            radius, height = scene.specs[taken].radius, scene.specs[taken].height
        below = height - HOLD
        sin, cos = math.sin(most_tilt), math.cos(most_tilt)
        # It leans on the edge of its lower end that is nearest to the robot, and rocks about that.
        x, y = motion.end_world
        over = x - below * cos - radius * (1 - sin), y
        release = below * sin + radius * cos + STAND_DROP
        above = max(TRANSIT_HEIGHT, highest(scene, taken) + release + STAND_DROP)

        def at(
            xy: tuple[float, float],
            height: float,
            opening: float,
            yaw: float = 0.0,
            tilt: float = 0.0,
        ) -> Waypoint:
            pose = EndEffectorTarget((*xy, height), yaw, opening, tilt)
            return Waypoint(pose, CAREFUL_SPEED, exact=True, turns=True)

        yield at(near, above, GRASP_OPENING, yaw)._replace(speed=CAREFUL_FREE_SPEED)
        yield at(near, radius, GRASP_OPENING, yaw)
        yield at(near, radius, CLOSED, yaw)
        yield at(near, above, CLOSED, yaw)
        yield at(over, above, CLOSED)
        yield at(over, above, CLOSED, tilt=most_tilt)
        yield at(over, release, CLOSED, tilt=most_tilt)
        yield at(over, release, GRASP_OPENING, tilt=most_tilt)
        back = over[0] + STAND_RETREAT * sin, over[1]
        yield at(back, release + STAND_RETREAT * cos, GRASP_OPENING, tilt=most_tilt)
        yield at(back, above, GRASP_OPENING, tilt=most_tilt)
        yield at(back, above, GRASP_OPENING)
        yield Waypoint(HOME, FREE_SPEED, exact=False)

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene after a motion that goes well."""
        taken = nearest_movable(scene, motion.start_world)
        orientations = scene.orientations_xyzw.copy()
        orientations[taken] = 0.0, 0.0, 0.0, 1.0
        upright = scene.replace(orientations_xyzw=orientations)
        return put_down(upright, taken, *motion.end_world)

    @staticmethod
    def has_room(scene: SceneState, target: int) -> bool:
        """Whether the hand turns far enough, and nothing stands where its fingers come down."""
        yaw = heading(scene, target)
        hold, room = near_end(scene, target, yaw), scene.hand.turning_radius
        return abs(yaw) <= scene.hand.most_yaw and all(
            math.dist(hold, position_xy(scene, i)) >= room + footprint(scene, i)
            for i, spec in enumerate(scene.specs)
            if i != target and not is_surface(spec)
        )

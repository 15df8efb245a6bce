"""Carrying: up, and down somewhere else."""

import math
from collections.abc import Iterator

from vlsim.skills.base import (
    CAREFUL_FREE_SPEED,
    CAREFUL_SPEED,
    FREE_SPEED,
    GRASP_HEIGHT,
    SPEED,
    TRANSIT_HEIGHT,
    Skill,
    Waypoint,
)
from vlsim.skills.motion import Motion
from vlsim.skills.room import is_graspable
from vlsim.world import MAX_OPENING, SceneState
from vlsim.world.hand import (
    CLOSED,
    GRASP_OPENING,
    HOME,
    EndEffectorTarget,
)
from vlsim.world.orientation import facing
from vlsim.world.space import Point
from vlsim.world.support import ground_at, highest, nearest_movable, put_down, things_at, top

RELEASE_RISE = 0.037
"""How far above the table things are let go: bowls have rims, metres."""
STACK_DROP = 0.005
"""How far a thing falls onto another one, metres."""
MOST_OFF_MIDDLE = 0.007
"""How far above its middle a thing can be held: balls slip out of fingers any higher, metres."""
OVERHEAD = 0.03
"""Gap between what is carried and the highest thing on the table, metres."""
HELD_ROOM = 0.007
"""How far below the palm the top of what is held stays, metres."""
FINGER_ROOM = 0.008
"""Between an open finger and what it comes down beside, metres."""


class PickPlace(Skill):
    """What stands at the start is put down at the end, on whatever is there."""

    grasps = True
    carries = True

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        return carry(scene, motion.start_world, motion.end_world)

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene after a motion that goes well."""
        return put_down(scene, nearest_movable(scene, motion.start_world), *motion.end_world)

    @staticmethod
    def has_room(scene: SceneState, target: int) -> bool:
        """Whether the hand can take the target where it is, without hitting anything else."""
        return is_graspable(scene, target)

    @staticmethod
    def is_idle(motion: Motion) -> bool:
        """Whether there is nothing to do: it ends where it starts."""
        return motion.start_world == motion.end_world


def carry(scene: SceneState, start: Point, end: Point | None) -> Iterator[Waypoint]:
    """Yield the way of a thing into the air and, if it has an end, down again."""
    taken = next(iter(things_at(scene, start)), None)
    above = max(TRANSIT_HEIGHT, highest(scene, taken) + GRASP_HEIGHT + OVERHEAD)
    base = ground_at(scene, start, taken)
    ground = 0.0 if end is None else ground_at(scene, end, taken)
    careful = max(base, ground) > 0.0 or above > TRANSIT_HEIGHT
    hold, yaw, wide = GRASP_HEIGHT, 0.0, GRASP_OPENING
    if taken is not None:
        height = scene.specs[taken].height
        wide = min(max(wide, 2 * (scene.specs[taken].radius + FINGER_ROOM)), MAX_OPENING)
        if careful:
            above = max(above, base + height + OVERHEAD, ground + height + OVERHEAD)
            # Held at two edges instead of two sides, a cube tilts on its way onto another thing.
            yaw = facing(scene, taken) if ground > 0.0 else 0.0
            # In its middle, or it tilts in the fingers.
            hold = max(hold, height / 2)
        hold = max(hold, _free_hold(scene, taken, yaw) - base)
    grasp = base + hold
    release = hold + (ground + STACK_DROP if ground > 0.0 else RELEASE_RISE)
    speed, free = (CAREFUL_SPEED, CAREFUL_FREE_SPEED) if careful else (SPEED, FREE_SPEED)

    def at(xy: tuple[float, float], height: float, opening: float, speed: float) -> Waypoint:
        exact = careful or height < above
        return Waypoint(EndEffectorTarget((*xy, height), yaw, opening), speed, exact, careful)

    yield at(start, above, wide, free)
    yield at(start, grasp, wide, speed)
    yield at(start, grasp, CLOSED, speed)
    yield at(start, above, CLOSED, speed)
    if end is None:
        return
    yield at(end, above, CLOSED, speed)
    yield at(end, release, CLOSED, speed)
    yield at(end, release, GRASP_OPENING, speed)
    yield at(end, above, GRASP_OPENING, speed)
    if yaw:
        yaw = 0.0
        yield at(end, above, GRASP_OPENING, speed)
    yield Waypoint(HOME, free, False)


def _free_hold(scene: SceneState, taken: int, yaw: float) -> float:
    """Return how high a thing has to be held so that the palm rests on nothing, metres."""
    middle, upper = scene.centres[taken][2], top(scene, taken)
    cos, sin = math.cos(yaw), math.sin(yaw)
    (half_across, half_along), palm = scene.hand.palm, scene.hand.palm_height
    lowest = 0.0
    for i, spec in enumerate(scene.specs):
        x, y = (a - b for a, b in zip(scene.centres[i][:2], scene.centres[taken][:2], strict=True))
        across, along = abs(cos * x + sin * y), abs(cos * y - sin * x)
        is_below = across < half_across + spec.radius and along < half_along + spec.radius
        if i != taken and is_below:
            lowest = max(lowest, top(scene, i) - palm)
    return max(upper - (palm - HELD_ROOM), min(lowest, middle + MOST_OFF_MIDDLE))

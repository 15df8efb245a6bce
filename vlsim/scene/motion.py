"""The motion controller: carries out one skill from beginning to end, and knows the heights.

It looks at the facts of the scene for two things only: how high the things reach that are taken or
tipped over, and on which others are left; and how a thing faces that is to be turned.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from vlsim.scene.simulation import PHYSICS_HZ, Simulation
from vlsim.skills.motion import Skill, pushed
from vlsim.skills.stand import HOLD, near_end
from vlsim.world import MAX_OPENING, SceneState
from vlsim.world.hand import CLOSED, HOME, MAX_TILT, MAX_YAW, EndEffectorTarget
from vlsim.world.orientation import facing, heading
from vlsim.world.quaternion import QUARTER, wrapped
from vlsim.world.support import ground_at, highest, things_at, top

TICK = 6
"""Physics steps between two targets: 20 targets a second."""
SPEED = 1.0
"""Of the end effector with an object or near one, metres per second."""
FREE_SPEED = 2.0
"""Of the end effector on its way to the object and back home, metres per second."""
CORNER_TICKS = 1
"""Wait at a waypoint, so that the arm cuts its corner only a little."""
ARRIVAL_TICKS = 2
"""Wait where the fingers are about to move."""
GRIP_TICKS = 4
"""Wait for the fingers to close or open."""
TRANSIT_HEIGHT = 0.13
GRASP_HEIGHT = 0.018
RELEASE_RISE = 0.037
"""How far above the table things are let go: bowls have rims, metres."""
STACK_DROP = 0.005
"""How far a thing falls onto another one, metres."""
PALM = (0.030, 0.102)
"""Half the widths of the widest palm, across and along the line of the fingers, metres."""
PALM_TOUCH, PALM_HEIGHT = 0.037, 0.030
"""Heights of the palm above the end effector, metres; the second with room for what is held."""
PALM_GAP = 0.002
"""Between the palm and what is pushed, metres."""
MOST_OFF_MIDDLE = 0.007
"""How far above its middle a thing can be held: balls slip out of fingers any higher, metres."""
CAREFUL_SPEED, CAREFUL_FREE_SPEED = 0.3, 0.6
"""The two speeds where something stands on something, metres per second."""
OVERHEAD = 0.03
"""Gap between what is carried and the highest thing on the table, metres."""
PUSH_HEIGHT = 0.024
REACH_HEIGHT = 0.04
PUSH_SPEED = 0.25
HANDLE_HEIGHT = 0.03
"""Where handles are held; the palm is then above every fixture."""
BACK_OFF = 0.015
"""How far the open fingers go back then, metres."""
PRESS_HEIGHT = 0.027
"""Where a press ends; the fingertips are 7 mm lower, and 1 cm below the top of a button."""
TIP_DEPTH = 0.001
"""How far below the top of a thing the end effector tips it over; the fingertips are 7 mm lower."""
TIP_SPEED = 0.15
TURN_HEIGHT = 0.030
"""Where things are held to be turned: the palm then goes round above almost all others."""
TURN_RISE = 0.015
"""How much higher they are while they are turned, metres."""
NEAR, LATE_TICKS = 0.003, 12
"""An arm that lags is waited for: until it is so near, metres, but no longer.

Where the hand is turned, and wherever the grip is a firm one: what fingers take on their way slips.
"""
TURN_SPEED = 1.5
"""Of the hand about its axis, radians per second."""
STAND_DROP = 0.002
"""How far its edge is above the table when it is let go, metres."""
STAND_RETREAT = 0.06
"""How far the open fingers are drawn back then, the way that the hand leans, metres."""
TURN_SLACK = 0.05
"""An angle that is not worth another grasp, radians."""
FINGER_ROOM = 0.008
"""Between an open finger and what it comes down beside, metres."""
GRASP_OPENING = 0.07
"""Wider than every object, and narrow enough not to hit their neighbours, metres."""
SETTLE_TICKS = 20
"""Longest wait for objects to come to rest after a skill."""


class Waypoint(NamedTuple):
    """A pose on the way.

    Args:
        pose: The pose.
        speed: Of the way there, metres per second.
        exact: Whether the arm comes close before it goes on, instead of cutting the corner.
        turns: Whether the hand has to face as the pose says.
    """

    pose: EndEffectorTarget
    speed: float
    exact: bool
    turns: bool = False


def carry_out(simulation: Simulation, skill: Skill) -> None:
    """Perform `skill`, go home and let the objects come to rest."""
    target = HOME
    for waypoint in waypoints(skill, simulation.state()):
        target = _travel(simulation, target, waypoint)
    for _ in range(SETTLE_TICKS):
        if simulation.is_at_rest():
            break
        simulation.move(target, TICK)


def waypoints(skill: Skill, scene: SceneState) -> Iterator[Waypoint]:
    """Yield the poses that `skill` passes through in this scene.

    Where two poses in a row differ in their opening only, the fingers move and the arm waits.
    """
    if skill.name in ("pick_place", "lift"):
        yield from _carry(skill, scene)
    elif skill.name == "turn":
        yield from _twist(skill, scene)
    elif skill.name == "stand":
        yield from _erect(skill, scene)
    elif skill.name == "tip":
        yield from _tip(skill, scene)
    else:
        thing = pushed(skill, scene) if skill.name == "push" else None
        if thing is not None and scene.specs[thing].kind == "ball":
            yield from _roll(skill)
            return
        height = PUSH_HEIGHT
        if thing is not None:
            # Pushed above its middle, a thing topples.
            height = min(height, scene.specs[thing].height / 2)
            height = max(height, top(scene, thing) - PALM_TOUCH + PALM_GAP)
        for pose, speed in _sweep(skill, height):
            yield Waypoint(pose, speed, pose.position[2] < TRANSIT_HEIGHT)


def _roll(skill: Skill) -> Iterator[Waypoint]:
    """Yield the way of a push whose fingers have a side square to it: off their edge balls roll."""
    yaw = wrapped(skill.angle, QUARTER)
    for pose, speed in _sweep(skill):
        if pose == HOME:
            # Straight again before it goes home: the next motion need not turn.
            above = EndEffectorTarget((*skill.end_world, TRANSIT_HEIGHT), opening=CLOSED)
            yield Waypoint(above, SPEED, exact=True, turns=True)
            yield Waypoint(HOME, speed, exact=False)
            return
        yield Waypoint(replace(pose, yaw=yaw), speed, exact=True, turns=True)


def _sweep(
    skill: Skill, push_height: float = PUSH_HEIGHT
) -> Iterator[tuple[EndEffectorTarget, float]]:
    """Yield the poses and speeds of a skill that lifts nothing."""
    start, end = skill.start_world, skill.end_world
    if skill.name == "reach":
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*start, REACH_HEIGHT), opening=CLOSED), SPEED
        return
    if skill.name == "push":
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*start, push_height), opening=CLOSED), SPEED
        yield EndEffectorTarget((*end, push_height), opening=CLOSED), PUSH_SPEED
        yield EndEffectorTarget((*end, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield HOME, FREE_SPEED
        return
    if skill.name == "press":
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*start, PRESS_HEIGHT), opening=CLOSED), PUSH_SPEED
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield HOME, FREE_SPEED
        return
    if skill.name == "drag":
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=GRASP_OPENING), FREE_SPEED
        yield EndEffectorTarget((*start, HANDLE_HEIGHT), opening=GRASP_OPENING), PUSH_SPEED
        yield EndEffectorTarget((*start, HANDLE_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*end, HANDLE_HEIGHT), opening=CLOSED), PUSH_SPEED
        yield EndEffectorTarget((*end, HANDLE_HEIGHT), opening=GRASP_OPENING), SPEED
        # Back first, and slowly: fingers that press against what they have pushed shut stick to it.
        back = BACK_OFF / max(BACK_OFF, math.dist(start, end))
        x, y = (b + back * (a - b) for a, b in zip(start, end, strict=True))
        yield EndEffectorTarget((x, y, HANDLE_HEIGHT), opening=GRASP_OPENING), PUSH_SPEED
        yield EndEffectorTarget((x, y, TRANSIT_HEIGHT), opening=GRASP_OPENING), PUSH_SPEED
        yield HOME, FREE_SPEED


def _carry(skill: Skill, scene: SceneState) -> Iterator[Waypoint]:
    """Yield the way of a thing into the air and, if it is placed, down again."""
    start, end = skill.start_world, skill.end_world
    taken = next(iter(things_at(scene, start)), None)
    above = max(TRANSIT_HEIGHT, highest(scene, taken) + GRASP_HEIGHT + OVERHEAD)
    base = ground_at(scene, start, taken)
    ground = 0.0 if skill.name == "lift" else ground_at(scene, end, taken)
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
    if skill.name == "lift":
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
    lowest = 0.0
    for i, spec in enumerate(scene.specs):
        x, y = (a - b for a, b in zip(scene.centres[i][:2], scene.centres[taken][:2], strict=True))
        across, along = abs(cos * x + sin * y), abs(cos * y - sin * x)
        if i != taken and across < PALM[0] + spec.radius and along < PALM[1] + spec.radius:
            lowest = max(lowest, top(scene, i) - PALM_TOUCH)
    return max(upper - PALM_HEIGHT, min(lowest, middle + MOST_OFF_MIDDLE))


def _twist(skill: Skill, scene: SceneState) -> Iterator[Waypoint]:
    """Yield the way of a hand that turns a thing, and grasps again where one turn is too short."""
    start, left = skill.start_world, skill.angle
    taken = next(iter(things_at(scene, start)), None)
    yaw = 0.0 if taken is None else facing(scene, taken)

    def at(height: float, opening: float, speed: float = CAREFUL_SPEED) -> Waypoint:
        pose = EndEffectorTarget((*start, height), yaw, opening)
        return Waypoint(pose, speed, exact=True, turns=True)

    while abs(left) > TURN_SLACK:
        # The side of the thing that leaves most room to turn.
        while abs(behind := yaw - math.copysign(QUARTER, left)) <= MAX_YAW:
            yaw = behind
        step = min(max(left, -MAX_YAW - yaw), MAX_YAW - yaw)
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


def _erect(skill: Skill, scene: SceneState) -> Iterator[Waypoint]:
    """Yield the way of a hand that takes a lying thing by its near end and leans to set it up."""
    taken = next(iter(things_at(scene, skill.start_world)), None)
    yaw, near = 0.0, skill.start_world
    radius, height = GRASP_HEIGHT, TRANSIT_HEIGHT / 2
    if taken is not None:
        yaw = min(max(heading(scene, taken), -MAX_YAW), MAX_YAW)
        near = near_end(scene, taken, yaw)
        radius, height = scene.specs[taken].radius, scene.specs[taken].height
    below = height - HOLD
    sin, cos = math.sin(MAX_TILT), math.cos(MAX_TILT)
    # It leans on the edge of its lower end that is nearest to the robot, and rocks about that.
    x, y = skill.end_world
    over = x - below * cos - radius * (1 - sin), y
    release = below * sin + radius * cos + STAND_DROP
    above = max(TRANSIT_HEIGHT, highest(scene, taken) + release + STAND_DROP)

    def at(
        xy: tuple[float, float], height: float, opening: float, yaw: float = 0.0, tilt: float = 0.0
    ) -> Waypoint:
        pose = EndEffectorTarget((*xy, height), yaw, opening, tilt)
        return Waypoint(pose, CAREFUL_SPEED, exact=True, turns=True)

    yield at(near, above, GRASP_OPENING, yaw)._replace(speed=CAREFUL_FREE_SPEED)
    yield at(near, radius, GRASP_OPENING, yaw)
    yield at(near, radius, CLOSED, yaw)
    yield at(near, above, CLOSED, yaw)
    yield at(over, above, CLOSED)
    yield at(over, above, CLOSED, tilt=MAX_TILT)
    yield at(over, release, CLOSED, tilt=MAX_TILT)
    yield at(over, release, GRASP_OPENING, tilt=MAX_TILT)
    back = over[0] + STAND_RETREAT * sin, over[1]
    yield at(back, release + STAND_RETREAT * cos, GRASP_OPENING, tilt=MAX_TILT)
    yield at(back, above, GRASP_OPENING, tilt=MAX_TILT)
    yield at(back, above, GRASP_OPENING)
    yield Waypoint(HOME, FREE_SPEED, exact=False)


def _tip(skill: Skill, scene: SceneState) -> Iterator[Waypoint]:
    """Yield the way of closed fingers that push against the upper end of a thing."""
    height = TRANSIT_HEIGHT
    thing = pushed(skill, scene)
    if thing is not None:
        height = min(height, top(scene, thing) - TIP_DEPTH)

    def at(xy: tuple[float, float], height: float, speed: float) -> Waypoint:
        return Waypoint(EndEffectorTarget((*xy, height), opening=CLOSED), speed, exact=True)

    yield at(skill.start_world, TRANSIT_HEIGHT, CAREFUL_FREE_SPEED)
    yield at(skill.start_world, height, CAREFUL_SPEED)
    yield at(skill.end_world, height, TIP_SPEED)
    yield at(skill.end_world, TRANSIT_HEIGHT, CAREFUL_SPEED)
    yield Waypoint(HOME, FREE_SPEED, exact=False)


def _travel(
    simulation: Simulation, start: EndEffectorTarget, waypoint: Waypoint
) -> EndEffectorTarget:
    end, speed, exact, _ = waypoint
    distance = math.dist(start.position, end.position)
    if start.opening != end.opening and distance == 0.0:
        for _ in range(GRIP_TICKS):
            simulation.move(end, TICK)
        return end
    turn, lean = end.yaw - start.yaw, end.tilt - start.tilt
    seconds = max(distance / speed, abs(turn) / TURN_SPEED, abs(lean) / TURN_SPEED)
    ticks = max(1, math.ceil(seconds * PHYSICS_HZ / TICK))
    for i in range(1, ticks + 1):
        share = i / ticks
        x, y, z = (a + share * (b - a) for a, b in zip(start.position, end.position, strict=True))
        yaw, tilt = start.yaw + share * turn, start.tilt + share * lean
        simulation.move(EndEffectorTarget((x, y, z), yaw, end.opening, tilt), TICK)
    for _ in range(ARRIVAL_TICKS if exact else CORNER_TICKS):
        simulation.move(end, TICK)
    gripper = simulation.robot.spec.gripper
    waits = end.yaw or end.tilt or (exact and gripper is not None and gripper.firm)
    for _ in range(LATE_TICKS if waits else 0):
        if math.dist(simulation.robot.pose()[0], end.position) <= NEAR:
            break
        simulation.move(end, TICK)
    return end

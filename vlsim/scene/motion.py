"""The motion controller: carries out one skill from beginning to end, and knows the heights."""

import math
from collections.abc import Iterator

from vlsim.scene.robot import HOME, EndEffectorTarget
from vlsim.scene.simulation import PHYSICS_HZ, Simulation
from vlsim.world import Skill

LOW, HIGH = (0.28, -0.26, 0.012), (0.72, 0.26, 0.40)
"""Box that the end effector stays in, metres."""
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
RELEASE_HEIGHT = 0.055
PUSH_HEIGHT = 0.024
REACH_HEIGHT = 0.04
PUSH_SPEED = 0.25
HANDLE_HEIGHT = 0.03
"""Where handles are held; the palm is then above every fixture."""
PRESS_HEIGHT = 0.027
"""Where a press ends; the fingertips are 7 mm lower, and 1 cm below the top of a button."""
CLOSED = 0.0
GRASP_OPENING = 0.07
"""Wider than every object, and narrow enough not to hit their neighbours, metres."""
SETTLE_TICKS = 20
"""Longest wait for objects to come to rest after a skill."""


def carry_out(simulation: Simulation, skill: Skill) -> None:
    """Perform `skill`, go home and let the objects come to rest."""
    target = HOME
    for waypoint, speed in waypoints(skill):
        target = _travel(simulation, target, waypoint, speed)
    for _ in range(SETTLE_TICKS):
        if simulation.is_at_rest():
            break
        simulation.move(target, TICK)


def waypoints(skill: Skill) -> Iterator[tuple[EndEffectorTarget, float]]:
    """Yield the poses that `skill` passes through, each with the speed towards it.

    Speeds are in metres per second. Where two poses in a row differ in their opening only, the
    fingers move and the arm waits.
    """
    start, end = skill.start_world, skill.end_world
    if skill.name == "reach":
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*start, REACH_HEIGHT), opening=CLOSED), SPEED
        return
    if skill.name == "push":
        yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*start, PUSH_HEIGHT), opening=CLOSED), SPEED
        yield EndEffectorTarget((*end, PUSH_HEIGHT), opening=CLOSED), PUSH_SPEED
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
        yield EndEffectorTarget((*end, TRANSIT_HEIGHT), opening=GRASP_OPENING), SPEED
        yield HOME, FREE_SPEED
        return
    yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=GRASP_OPENING), FREE_SPEED
    yield EndEffectorTarget((*start, GRASP_HEIGHT), opening=GRASP_OPENING), SPEED
    yield EndEffectorTarget((*start, GRASP_HEIGHT), opening=CLOSED), SPEED
    yield EndEffectorTarget((*start, TRANSIT_HEIGHT), opening=CLOSED), SPEED
    if skill.name == "lift":
        return
    yield EndEffectorTarget((*end, TRANSIT_HEIGHT), opening=CLOSED), SPEED
    yield EndEffectorTarget((*end, RELEASE_HEIGHT), opening=CLOSED), SPEED
    yield EndEffectorTarget((*end, RELEASE_HEIGHT), opening=GRASP_OPENING), SPEED
    yield EndEffectorTarget((*end, TRANSIT_HEIGHT), opening=GRASP_OPENING), SPEED
    yield HOME, FREE_SPEED


def _travel(
    simulation: Simulation, start: EndEffectorTarget, end: EndEffectorTarget, speed: float
) -> EndEffectorTarget:
    distance = math.dist(start.position, end.position)
    if start.opening != end.opening and distance == 0.0:
        for _ in range(GRIP_TICKS):
            simulation.move(end, TICK)
        return end
    ticks = max(1, math.ceil(distance / speed * PHYSICS_HZ / TICK))
    for i in range(1, ticks + 1):
        share = i / ticks
        x, y, z = (a + share * (b - a) for a, b in zip(start.position, end.position, strict=True))
        simulation.move(EndEffectorTarget((x, y, z), end.yaw, end.opening), TICK)
    near_table = end.position[2] < TRANSIT_HEIGHT
    for _ in range(ARRIVAL_TICKS if near_table else CORNER_TICKS):
        simulation.move(end, TICK)
    return end

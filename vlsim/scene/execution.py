"""The motion controller: carries out one skill from beginning to end, and knows the heights.

It looks at the facts of the scene for two things only: how high the things reach that are taken or
tipped over, and on which others are left; and how a thing faces that is to be turned.
"""

import math

from vlsim.scene.simulation import PHYSICS_HZ, Simulation
from vlsim.skills.base import TURN_SPEED, Waypoint, waypoints
from vlsim.skills.motion import Motion
from vlsim.world.hand import HOME, EndEffectorTarget

TICK = 6
"""Physics steps between two targets: 20 targets a second."""
CORNER_TICKS = 1
"""Wait at a waypoint, so that the arm cuts its corner only a little."""
ARRIVAL_TICKS = 2
"""Wait where the fingers are about to move."""
GRIP_TICKS = 4
"""Wait for the fingers to close or open."""
NEAR, LATE_TICKS = 0.003, 12
"""An arm that lags is waited for: until it is so near, metres, but no longer.

Where the hand is turned, and wherever the grip is a firm one: what fingers take on their way slips.
"""
SETTLE_TICKS = 20
"""Longest wait for objects to come to rest after a skill."""


def carry_out(simulation: Simulation, skill: Motion) -> None:
    """Perform `skill`, go home and let the objects come to rest."""
    target = HOME
    for waypoint in waypoints(skill, simulation.state()):
        target = _travel(simulation, target, waypoint)
    for _ in range(SETTLE_TICKS):
        if simulation.is_at_rest():
            break
        simulation.move(target, TICK)


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

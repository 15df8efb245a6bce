"""Pushing things over the table."""

import math
from collections.abc import Iterator
from dataclasses import replace

from vlsim.skills.base import FREE_SPEED, PUSH_SPEED, SPEED, TRANSIT_HEIGHT, Skill, Waypoint
from vlsim.skills.motion import Motion, pushed
from vlsim.world import SceneState
from vlsim.world.distances import position_xy
from vlsim.world.hand import CLOSED, HOME, EndEffectorTarget
from vlsim.world.quaternion import QUARTER, wrapped
from vlsim.world.space import Point
from vlsim.world.support import movables, put_down, top

PLANNED = 0.09
"""How far the expert pushes, metres."""
STANDOFF = 0.03
"""Gap between the target's surface and the point where a push begins, metres."""
PUSH_HEIGHT = 0.024
"""Of the end effector, metres, where the thing asks for no other height."""
PALM_GAP = 0.002
"""Between the palm and what is pushed, metres."""


def push_along(scene: SceneState, target: int, direction: Point, length: float = PLANNED) -> Motion:
    """Return the push that slides an object some way.

    Args:
        scene: The facts.
        target: The object.
        direction: (x, y) in the world frame, length 1.
        length: How far the object goes, metres.
    """
    dx, dy = direction
    x, y = position_xy(scene, target)
    radius = scene.specs[target].radius
    behind, contact = radius + STANDOFF, length - radius - scene.hand.tip
    return Motion("push", (x - behind * dx, y - behind * dy), (x + contact * dx, y + contact * dy))


class Push(Skill):
    """Closed fingers slide what is in the way from start to end."""

    pushes = True

    @staticmethod
    def waypoints(motion: Motion, scene: SceneState) -> Iterator[Waypoint]:
        """Yield the poses that a motion passes through."""
        thing = pushed(motion, scene)
        if thing is not None and scene.specs[thing].kind == "ball":
            yield from _roll(motion)
            return
        height = PUSH_HEIGHT
        if thing is not None:
            # Pushed above its middle, a thing topples.
            height = min(height, scene.specs[thing].height / 2)
            height = max(height, top(scene, thing) - scene.hand.palm_height + PALM_GAP)
        for pose, speed in _sweep(motion, height):
            yield Waypoint(pose, speed, exact=pose.position[2] < TRANSIT_HEIGHT)

    @staticmethod
    def after(motion: Motion, scene: SceneState) -> SceneState:
        """Return the scene after a motion that goes well."""
        (sx, sy), (ex, ey) = motion.start_world, motion.end_world
        length = math.hypot(ex - sx, ey - sy) or 1.0
        ux, uy = (ex - sx) / length, (ey - sy) / length
        thing = min(movables(scene), key=lambda i: _off_the_way(scene, i, (sx, sy), (ux, uy)))
        reach = scene.hand.tip + scene.specs[thing].radius
        return put_down(scene, thing, ex + reach * ux, ey + reach * uy)


def _sweep(motion: Motion, height: float) -> Iterator[tuple[EndEffectorTarget, float]]:
    """Yield the poses and speeds of closed fingers that push at this height, metres."""
    for xy, z, speed in (
        (motion.start_world, TRANSIT_HEIGHT, SPEED),
        (motion.start_world, height, SPEED),
        (motion.end_world, height, PUSH_SPEED),
        (motion.end_world, TRANSIT_HEIGHT, SPEED),
    ):
        yield EndEffectorTarget((*xy, z), opening=CLOSED), speed
    yield HOME, FREE_SPEED


def _roll(motion: Motion) -> Iterator[Waypoint]:
    """Yield the way of a push whose fingers have a side square to it: off their edge balls roll."""
    yaw = wrapped(motion.angle, QUARTER)
    for pose, speed in _sweep(motion, PUSH_HEIGHT):
        if pose == HOME:
            # Straight again before it goes home: the next motion need not turn.
            above = EndEffectorTarget((*motion.end_world, TRANSIT_HEIGHT), opening=CLOSED)
            yield Waypoint(above, SPEED, exact=True, turns=True)
            yield Waypoint(HOME, speed, exact=False)
            return
        yield Waypoint(replace(pose, yaw=yaw), speed, exact=True, turns=True)


def _off_the_way(
    scene: SceneState, index: int, start: tuple[float, float], unit: tuple[float, float]
) -> float:
    """Return how far a thing is off the way of a push, infinity if it is behind its start."""
    x, y = position_xy(scene, index)
    wx, wy = x - start[0], y - start[1]
    along, across = wx * unit[0] + wy * unit[1], abs(wx * unit[1] - wy * unit[0])
    return math.inf if along < 0.0 else along + 10.0 * across

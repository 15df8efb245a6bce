"""The way of the expert through an episode of closed loop, waypoint after waypoint."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.action import CONTROL_HZ, METRES_PER_STEP, RADIANS_PER_STEP
from vlsim.interface.environment import GroundTruth
from vlsim.skills.base import SKILLS, SPEED, TRANSIT_HEIGHT, TURN_SPEED, waypoints
from vlsim.skills.motion import Motion, pushed
from vlsim.world import SceneState
from vlsim.world.distances import distance_to_ee
from vlsim.world.hand import CLOSED, GRASP_OPENING, HIGH, HOME, LOW, EndEffectorTarget
from vlsim.world.support import things_at

GRIP = 5
"""Where an `ee_delta` action says what the fingers do."""
CONTROL_SECONDS = 1 / CONTROL_HZ
"""Time between two actions of `ee_delta`."""
CORNER_DISTANCE = 0.02
"""How closely the arm passes a waypoint high above the table, metres."""
ARRIVAL_DISTANCE = 0.005
"""How close it comes to one among the objects, metres."""
CAREFUL_DISTANCE = 0.002
"""How close it comes to stack or turn a thing: fingers that close on the way tilt it, metres."""
ARRIVAL_ANGLE = 0.04
"""How closely the hand then faces, radians, where it turns."""
GAIN = 0.8
"""Share of the way left that one action asks for: the arm trails its target, and 1 overshoots."""
PUSH_RISE = 0.006
"""How much higher pushes are than the motion controller's, metres.

In steps of 5 cm the arm dips below its target, and its palm is 2 mm above the tallest cylinder.
"""
GRIP_STEPS = 2
"""Steps that the fingers get to close or open."""
PATIENCE = 30
"""Steps after which a waypoint that was not reached is given up and the plan made anew."""
LOST_DISTANCE = 0.04
"""A target farther than this from the closed fingers was not grasped or has slipped out, metres."""


class Course:
    """Follows the motion controller's waypoints with `ee_delta` actions, through one episode.

    What it does next depends on the scene and on the waypoint it heads for, so it mends what went
    wrong: after a slip, a waypoint out of reach, or a motion that ended beside its goal, it plans
        anew.
    """

    patience: ClassVar[int] = PATIENCE

    def __init__(self) -> None:
        """Plan at the first step."""
        self._legs: list[Leg] = []
        self._steps = 0
        self._taken: int | None = None
        self._stage: object = None

    @property
    def leg(self) -> "Leg":
        """The way to the waypoint that it heads for."""
        return self._legs[0]

    def follow(self, truth: GroundTruth) -> NDArray[np.float64]:
        """Return the next `ee_delta` action. Shape (6,)."""
        scene, stage = truth.scene, truth.stage
        if stage != self._stage:
            # What is left of the last stage's motion is over; only the fingers are drawn back.
            high = (leg.pose.position[2] >= TRANSIT_HEIGHT for leg in self._legs)
            left = self._legs[next((i for i, up in enumerate(high) if up), len(self._legs)) :]
            # A turned hand is straight again after the last leg.
            self._legs = left[:1] + (left[-1:] if left and left[0].turns else [])
            self._steps, self._stage = 0, stage
        while self._legs and self.leg.is_done(scene, self._steps):
            self._legs.pop(0)
            self._steps = 0
        if not self._legs or self._steps >= self.patience or self._has_lost(scene):
            skill = truth.plan()
            self._legs = self._plan(skill, scene)
            self._taken = next(iter(things_at(scene, skill.start_world)), None)
            self._steps = 0
        self._steps += 1
        return self.leg.steer(scene)

    def _plan(self, skill: Motion, scene: SceneState) -> list["Leg"]:
        return list(legs(skill, scene))

    def _has_lost(self, scene: SceneState) -> bool:
        # The goal may already be about another thing of its group than the one in the fingers.
        return (
            self.leg.carries
            and self._taken is not None
            and distance_to_ee(scene, self._taken) > LOST_DISTANCE
        )


@dataclass(frozen=True)
class Leg:
    """The way to one waypoint.

    Args:
        pose: Where it ends.
        speed: Metres per second.
        grips: Whether the arm waits while the fingers move.
        carries: Whether the target is in the fingers.
        exact: Whether the arm comes close before it goes on, instead of cutting the corner.
        turns: Whether the hand has to face as the pose says; else it is left as it is.
    """

    pose: EndEffectorTarget
    speed: float
    grips: bool
    carries: bool
    exact: bool
    turns: bool = field(default=False, kw_only=True)

    def is_done(self, scene: SceneState, steps: int) -> bool:
        """Whether the end effector is there, `steps` steps after it set out."""
        if self.grips:
            return steps >= GRIP_STEPS
        gap = math.dist(self.pose.position, scene.ee_position_world.tolist())
        if self.turns:
            is_facing = max(map(abs, self._angles_left(scene))) <= ARRIVAL_ANGLE
            return is_facing and gap <= CAREFUL_DISTANCE
        return gap <= (ARRIVAL_DISTANCE if self.exact else CORNER_DISTANCE)

    def steer(self, scene: SceneState) -> NDArray[np.float64]:
        """Return the `ee_delta` action that leads there. Shape (6,)."""
        way = GAIN * (np.array(self.pose.position) - scene.ee_position_world)
        longest = max(
            1.0,
            float(np.abs(way).max()) / METRES_PER_STEP,
            float(np.linalg.norm(way)) / (self.speed * CONTROL_SECONDS),
        )
        grip = 1.0 if self.pose.opening > CLOSED else -1.0
        most = TURN_SPEED * CONTROL_SECONDS
        turn, tilt = (
            min(max(GAIN * left, -most), most) / RADIANS_PER_STEP
            for left in self._angles_left(scene)
        )
        return np.array([*(way / longest / METRES_PER_STEP), turn, tilt, grip])

    def _angles_left(self, scene: SceneState) -> tuple[float, float]:
        """Return how far the hand has to turn and to tilt, radians."""
        if not self.turns:
            return 0.0, 0.0
        return self.pose.yaw - scene.ee_yaw, self.pose.tilt - scene.ee_tilt


def legs(skill: Motion, scene: SceneState) -> Iterator[Leg]:
    """Yield the ways from waypoint to waypoint, all but the last one home."""
    page = SKILLS[skill.name]
    if page.is_idle(skill):
        # It is where it shall be, and has to come to rest: another grasp would shift it.
        x, y, z = scene.ee_position_world.tolist()
        waiting = EndEffectorTarget((x, y, z), scene.ee_yaw, GRASP_OPENING)
        yield Leg(waiting, SPEED, grips=True, carries=False, exact=True)
        return
    if page.pushes:
        skill = _clear_of_corners(skill, scene)
    before = HOME
    for pose, speed, exact, turns in waypoints(skill, scene):
        if pose == HOME:
            return
        grips = before == replace(pose, opening=before.opening)
        carries = page.carries and pose.opening == CLOSED and not grips
        before = pose
        x, y, z = (
            min(max(at, low), high) for at, low, high in zip(pose.position, LOW, HIGH, strict=True)
        )
        # Beyond this box no hand goes: it would wait for ever to arrive there.
        pose = replace(pose, position=(x, y, z))
        if page.pushes and exact:
            pose = replace(pose, position=(x, y, z + PUSH_RISE))
        yield Leg(pose, speed, grips, carries, exact, turns=turns)


def _clear_of_corners(skill: Motion, scene: SceneState) -> Motion:
    """Return the push, begun farther back if what is pushed has corners.

    Its plan begins behind a side, and fingers that come down there land on a corner.
    """
    thing = pushed(skill, scene)
    if thing is None:
        return skill
    spec = scene.specs[thing]
    start, end = np.array(skill.start_world), np.array(skill.end_world)
    back = (spec.footprint - spec.radius) / max(float(np.linalg.norm(end - start)), 1e-9)
    x, y = (start + back * (start - end)).tolist()
    return replace(skill, start_world=(x, y))

"""The two bounds of every benchmark: the expert, which knows the facts, and uniform chance."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vlsim.evaluation.policy import Handle, Observations
from vlsim.language.goals import Goal
from vlsim.language.goals.base import distance_to_ee
from vlsim.observation import ACTION_SIZES, METRES_PER_STEP
from vlsim.scene.camera import FRONT, Camera
from vlsim.scene.motion import CLOSED, TRANSIT_HEIGHT, waypoints
from vlsim.scene.robot import HOME, EndEffectorTarget
from vlsim.seeding import stream
from vlsim.world import SceneState, Skill

CONTROL_SECONDS = 0.1
"""Time between two actions of `ee_delta`."""
CORNER_DISTANCE = 0.02
"""How closely the arm passes a waypoint high above the table, metres."""
ARRIVAL_DISTANCE = 0.005
"""How close it comes to one among the objects, metres."""
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


class Random:
    """Uniform actions."""

    name = "random"

    def __init__(self, control: str) -> None:
        """Act in one control mode."""
        self._size = ACTION_SIZES[control]
        self._streams: list[np.random.Generator] = []

    def reset(self, seeds: list[int]) -> None:
        """Begin episodes, each with a stream of its own."""
        self._streams = [stream(seed, "random policy") for seed in seeds]

    def act(self, observations: Observations, envs: Sequence[Handle | None]) -> NDArray[np.float32]:
        """Return actions (B, A) in [-1, 1)."""
        rows = [rng.uniform(-1.0, 1.0, self._size) for rng in self._streams]
        return np.asarray(rows, np.float32)


class Expert:
    """Carries out the plan of the goal itself, from the facts of the scene: it sees no picture."""

    name = "expert"

    def __init__(self) -> None:
        """Wait for the first episodes."""
        self._courses: list[Course] = []

    def reset(self, seeds: list[int]) -> None:
        """Begin episodes; there is no chance in them."""
        self._courses = [Course() for _ in seeds]

    def act(self, observations: Observations, envs: Sequence[Handle | None]) -> NDArray[np.float32]:
        """Return actions (B, A) in [-1, 1]; zeros where the episode is over."""
        rows = [
            None if env is None else self._act_in(env, course)
            for env, course in zip(envs, self._courses, strict=True)
        ]
        size = next((len(row) for row in rows if row is not None), 0)
        return np.array([np.zeros(size) if row is None else row for row in rows], np.float32)

    def _act_in(self, env: Handle, course: "Course") -> NDArray[np.float64]:
        if env.control_name == "primitive":
            return point_at(env.bound_goal.plan(env.scene), env.front_camera)
        return course.follow(env.bound_goal, env.scene)


def point_at(skill: Skill, camera: Camera = FRONT) -> NDArray[np.float64]:
    """Return the `primitive` action that asks for `skill` in the camera's picture. Shape (4,)."""
    ends = np.array([[*skill.start_world, 0.0], [*skill.end_world, 0.0]])
    return np.clip(camera.project(ends).ravel(), -1.0, 1.0)


class Course:
    """Follows the motion controller's waypoints with `ee_delta` actions, through one episode.

    What it does next depends on the scene and on the waypoint it heads for, so it mends what went
    wrong: after a slip, a waypoint out of reach, or a motion that ended beside its goal, it plans
        anew.
    """

    def __init__(self) -> None:
        """Plan at the first step."""
        self._legs: list[Leg] = []
        self._steps = 0

    @property
    def leg(self) -> "Leg":
        """The way to the waypoint that it heads for."""
        return self._legs[0]

    def follow(self, goal: Goal, scene: SceneState) -> NDArray[np.float64]:
        """Return the next `ee_delta` action. Shape (5,)."""
        while self._legs and self.leg.is_done(scene, self._steps):
            self._legs.pop(0)
            self._steps = 0
        if not self._legs or self._steps >= PATIENCE or self._has_lost(goal, scene):
            self._legs = list(legs(goal.plan(scene)))
            self._steps = 0
        self._steps += 1
        return self.leg.steer(scene)

    def _has_lost(self, goal: Goal, scene: SceneState) -> bool:
        target = goal.referents(scene)["target"]
        return self.leg.carries and distance_to_ee(scene, target) > LOST_DISTANCE


@dataclass(frozen=True)
class Leg:
    """The way to one waypoint.

    Args:
        pose: Where it ends.
        speed: Metres per second.
        grips: Whether the arm waits while the fingers move.
        carries: Whether the target is in the fingers.
    """

    pose: EndEffectorTarget
    speed: float
    grips: bool
    carries: bool

    def is_done(self, scene: SceneState, steps: int) -> bool:
        """Whether the end effector is there, `steps` steps after it set out."""
        if self.grips:
            return steps >= GRIP_STEPS
        gap = math.dist(self.pose.position, scene.ee_position_world.tolist())
        near_table = self.pose.position[2] < TRANSIT_HEIGHT
        return gap <= (ARRIVAL_DISTANCE if near_table else CORNER_DISTANCE)

    def steer(self, scene: SceneState) -> NDArray[np.float64]:
        """Return the `ee_delta` action that leads there. Shape (5,)."""
        way = GAIN * (np.array(self.pose.position) - scene.ee_position_world)
        longest = max(
            1.0,
            float(np.abs(way).max()) / METRES_PER_STEP,
            float(np.linalg.norm(way)) / (self.speed * CONTROL_SECONDS),
        )
        grip = 1.0 if self.pose.opening > CLOSED else -1.0
        return np.array([*(way / longest / METRES_PER_STEP), 0.0, grip])


def legs(skill: Skill) -> Iterator[Leg]:
    """Yield the ways from waypoint to waypoint, all but the last one home."""
    before = HOME
    for pose, speed in waypoints(skill):
        if pose == HOME:
            return
        grips = pose.position == before.position
        carries = skill.name in ("pick_place", "lift") and pose.opening == CLOSED and not grips
        before = pose
        if skill.name == "push" and pose.position[2] < TRANSIT_HEIGHT:
            x, y, z = pose.position
            pose = replace(pose, position=(x, y, z + PUSH_RISE))
        yield Leg(pose, speed, grips, carries)

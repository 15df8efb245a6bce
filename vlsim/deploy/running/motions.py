"""Whole motions, one an action: from two points of a picture to waypoints, and along them."""

import math
from collections.abc import Generator, Iterable

import numpy as np

from vlsim.deploy.running.limits import Axes, Vector
from vlsim.deploy.running.safety_filter import Decision
from vlsim.deploy.running.steering import Action
from vlsim.interface.action import POINTS
from vlsim.skills import SKILLS, Motion
from vlsim.skills.base import FREE_SPEED, TURN_SPEED, Waypoint, waypoints
from vlsim.world import SceneState
from vlsim.world.camera import Camera
from vlsim.world.hand import HIGH, HOME, LOW, EndEffectorTarget, Hand

CLOSE = 1e-3
"""A setpoint is at a waypoint when it is so near along each axis, metres or radians."""
NEAR, LATE = 0.003, 0.6
"""An arm that lags is waited for where it matters: until it is so near (metres), or so long
(seconds)."""
GRIP = 0.2
"""Wait for the fingers when they have been told to move, seconds."""


class Motions:
    """Carries out the motions of `primitive`; before the first one the arm goes home.

    What it knows of the scene is where the hand is. So a motion takes what stands on the table
    itself, and lets go of it in the air, low enough for bowls and mats: towers are beyond it.

    Args:
        axes: Of the targets, at the speed of the run.
        share: Speed of the run.
        period: Seconds.
        camera: Where the front camera stands.
        hand: The robot's hand.
    """

    def __init__(self, axes: Axes, share: float, period: float, camera: Camera, hand: Hand) -> None:
        """Go home first."""
        self.previous: Action = np.zeros(len(POINTS) + len(SKILLS), np.float32)
        self.n_done = 0
        self._axes, self._share, self._period = axes, share, period
        self._camera, self._hand = camera, hand
        self._setpoint = self._measured = axes.low
        self._action: Action | None = None
        self._path: Generator[Vector, None, None] | None = self._go(
            [Waypoint(HOME, FREE_SPEED, exact=True)]
        )
        self._next: Vector | None = None
        self._waits = self._is_over = False

    @property
    def wants_action(self) -> bool:
        """Whether the arm has come to the end of its path."""
        return self._path is None

    def take(self, action: Action, setpoint: Vector) -> None:
        """Plan a motion."""
        points, choice = np.split(np.asarray(action, float), [len(POINTS)])
        name = max(SKILLS, key=dict(zip(SKILLS, choice.tolist(), strict=True)).__getitem__)
        on_table = self._camera.to_table(points.reshape(2, 2))
        start, end = np.clip(on_table, LOW[:2], HIGH[:2]).tolist()
        motion = Motion(name, tuple(start), tuple(end))
        self._action = action
        self._path = self._go(waypoints(motion, self._scene(setpoint)))

    def target(self, setpoint: Vector, measured: Vector) -> Vector:
        """Return the next point of the path."""
        self._setpoint, self._measured = setpoint, measured
        if self._path is not None and not self._waits:
            following = next(self._path, None)
            self._is_over = following is None
            self._next = self._next if following is None else following
        return setpoint if self._next is None else self._next

    def note(self, decision: Decision) -> None:
        """Wait while the arm is held or behind; end a motion at the end of its path."""
        # After a hold the path, as fast as the arm may be, would stay ahead of it for good.
        self._waits = decision.allowed is None or "velocity" in decision.clamps
        if self._path is not None and self._is_over:
            self._path = None
            if self._action is not None:
                self.n_done, self.previous = self.n_done + 1, self._action

    def _scene(self, setpoint: Vector) -> SceneState:
        """Return a scene of which nothing is known but the hand."""
        nothing = np.zeros((0, 3))
        position, (yaw, tilt, opening) = setpoint[:3], setpoint[3:].tolist()
        return SceneState(
            specs=(),
            positions_world=nothing,
            orientations_xyzw=np.zeros((0, 4)),
            velocities_world=nothing,
            joint_positions=np.zeros(0),
            ee_position_world=position,
            ee_yaw=yaw,
            ee_tilt=tilt,
            gripper_opening=opening,
            hand=self._hand,
        )

    def _go(self, path: Iterable[Waypoint]) -> Generator[Vector, None, None]:
        """Yield targets along waypoints, each period one; waits at their corners."""
        start: Vector | None = None
        for waypoint in path:
            end = np.clip(_vector(waypoint.pose), self._axes.low, self._axes.high)
            if start is None:
                start = self._setpoint
            way = (end - start)[:-1]
            for share in self._shares(way, waypoint.speed):
                yield np.append(start[:-1] + share * way, end[-1])
            while np.abs(self._setpoint - end).max() > CLOSE:
                yield end
            if start[-1] != end[-1]:
                for _ in range(math.ceil(GRIP / self._period)):
                    yield end
            for _ in range(math.ceil(LATE / self._period) if waypoint.exact else 0):
                if np.linalg.norm(self._measured[:3] - end[:3]) <= NEAR:
                    break
                yield end
            start = end

    def _shares(self, way: Vector, speed: float) -> Vector:
        """Return which shares of a way are behind the arm after each period."""
        fast = min(speed * self._share, float(self._axes.speed[0]))
        quick = min(TURN_SPEED * self._share, float(self._axes.speed[3]))
        seconds = max(float(np.linalg.norm(way[:3])) / fast, float(np.abs(way[3:]).max()) / quick)
        n = math.ceil(seconds / self._period - 1e-9)
        return np.arange(1, n + 1) / max(n, 1)


def _vector(pose: EndEffectorTarget) -> Vector:
    return np.array([*pose.position, pose.yaw, pose.tilt, pose.opening])

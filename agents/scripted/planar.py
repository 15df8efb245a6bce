"""The expert of the `planar` control mode: goes round things, and pushes them from behind."""

import heapq
import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.action import METRES_PER_PLANAR_STEP
from vlsim.interface.environment import GroundTruth
from vlsim.skills import SKILLS
from vlsim.skills.motion import Motion
from vlsim.skills.push import STANDOFF
from vlsim.world import SceneState
from vlsim.world.distances import is_surface, position_xy
from vlsim.world.hand import HIGH, LOW

LOW_XY, HIGH_XY = np.array(LOW[:2]), np.array(HIGH[:2])
CELL = 0.01
"""Side of the squares that a way is made of, metres."""
BERTH = 0.026
"""Half the width of the widest tip, metres: a way nearer to an object's outline is costly."""
TOUCH_COST = 30.0
"""How many times its length a way costs that leads through an object."""
GAIN = 0.8
"""Share of the way left that one action asks for."""
LOOK_AHEAD = 0.03
"""How far along its way the tip heads for, metres."""
ARRIVAL_DISTANCE = 0.009
"""How close to the start of a push the tip comes, metres."""
STRAY = 0.016
"""A tip farther than this beside the line of its push begins another one, metres."""
SIDE_GAIN = 1.5
"""Share of its distance from that line that the tip makes good in one step."""
PUSH_SHARE = 0.7
"""Share of the greatest speed that a push has: a tall thing that is pushed faster topples."""
PATIENCE = 12
"""Steps after which a way that was not finished is looked for anew."""
LEVER = 0.011
"""Half the thickness of a slider's lever, metres."""
Point = tuple[float, float]


class PlanarCourse:
    """Follows the goal through one episode, two numbers a step."""

    def __init__(self) -> None:
        """Plan at the first step."""
        self._way: list[Point] = []
        self._steps = 0
        self._pushes = False

    def follow(self, truth: GroundTruth) -> NDArray[np.float64]:
        """Return the next `planar` action. Shape (2,)."""
        scene, target = truth.scene, truth.target
        skill, tip = _without_grasp(truth.plan(), scene.hand.tip), _tip(scene)
        if not SKILLS[skill.name].pushes:
            return self._go(scene, skill.start_world, target)
        along, across = _line(skill, tip)
        # Anywhere behind the target will do: an arm does not reach as far as every start.
        beyond = _line(skill, _obstacle(scene, target)[0])[0]
        is_behind = along > beyond
        allowed = STRAY if self._pushes else ARRIVAL_DISTANCE
        self._pushes = is_behind and abs(across) <= allowed
        if not self._pushes:
            return self._go(scene, _inside(skill.start_world), None)
        self._way = []
        ux, uy = _direction(skill)
        side = -SIDE_GAIN * across
        return PUSH_SHARE * _steer((along * ux - side * uy, along * uy + side * ux))

    def _go(self, scene: SceneState, to: Point, target: int | None) -> NDArray[np.float64]:
        """Head for `to` round everything but the object `target`."""
        tip = _tip(scene)
        if not self._way or self._steps >= PATIENCE or math.dist(self._way[-1], to) > CELL:
            self._way, self._steps = find_way(scene, tip, to, target), 0
        self._way[-1] = to
        self._steps += 1
        while len(self._way) > 1 and math.dist(tip, self._way[0]) < LOOK_AHEAD:
            self._way.pop(0)
        x, y = self._way[0]
        return _steer((x - tip[0], y - tip[1]))


def find_way(scene: SceneState, start: Point, end: Point, target: int | None) -> list[Point]:
    """Return points of the cheapest way (Dijkstra's), the last one `end`, all metres.

    Cells near an object cost more the nearer they are, so there is always a way, through the widest
    gap if not round everything.
    """
    shape = np.round((HIGH_XY - LOW_XY) / CELL).astype(int) + 1
    costs = _costs(scene, shape, target)
    first, last = _cell(start, shape), _cell(end, shape)
    best, before = {last: 0.0}, {}
    queue = [(0.0, last)]
    while queue:
        cost, cell = heapq.heappop(queue)
        if cell == first:
            break
        if cost > best[cell]:
            continue
        for i, j in product((-1, 0, 1), repeat=2):
            near = cell[0] + i, cell[1] + j
            if not (0 <= near[0] < shape[0] and 0 <= near[1] < shape[1]):
                continue
            total = cost + math.hypot(i, j) * float(costs[near])
            if total < best.get(near, math.inf):
                best[near], before[near] = total, cell
                heapq.heappush(queue, (total, near))
    way, cell = [], first
    while cell != last:
        cell = before[cell]
        x, y = (LOW_XY + CELL * np.array(cell)).tolist()
        way.append((x, y))
    return [*way[:-1], end]


def _costs(scene: SceneState, shape: NDArray[np.int64], target: int | None) -> NDArray[np.float64]:
    """Return what a cell's length costs, 1 where nothing is near. Shape `shape`."""
    x = LOW[0] + CELL * np.arange(shape[0])[:, None]
    y = LOW[1] + CELL * np.arange(shape[1])[None, :]
    costs = np.ones((len(x), y.shape[1]))
    for i, spec in enumerate(scene.specs):
        if i == target or is_surface(spec):
            continue
        at, radius = _obstacle(scene, i)
        depth = 1.0 - np.hypot(x - at[0], y - at[1]) / (radius + BERTH)
        costs += TOUCH_COST * np.maximum(0.0, depth)
    return costs


def _obstacle(scene: SceneState, index: int) -> tuple[Point, float]:
    """Return centre and radius of what an object has at the height of the tip, metres."""
    if scene.specs[index].kind == "slider":
        # The tip passes over the rail; the lever stands in its way.
        x, y, _ = scene.hold_world(index).tolist()
        return (x, y), LEVER
    return position_xy(scene, index), scene.specs[index].footprint


def _without_grasp(skill: Motion, tip: float) -> Motion:
    """Return the push that does what dragging a lever would; any other skill as it is."""
    if not SKILLS[skill.name].on_rails:
        return skill
    (x, y), (end_x, end_y), (ux, uy) = skill.start_world, skill.end_world, _direction(skill)
    behind, contact = LEVER + STANDOFF, LEVER + tip
    return Motion(
        "push",
        (x - behind * ux, y - behind * uy),
        (end_x - contact * ux, end_y - contact * uy),
    )


def _cell(at: Point, shape: NDArray[np.int64]) -> tuple[int, int]:
    i, j = np.round((np.array(at) - LOW_XY) / CELL).astype(int).clip(0, shape - 1).tolist()
    return i, j


def _line(skill: Motion, tip: Point) -> tuple[float, float]:
    """Return how far the tip has to go along the line of a push, and how far left of it it is."""
    ux, uy = _direction(skill)
    dx, dy = skill.end_world[0] - tip[0], skill.end_world[1] - tip[1]
    return dx * ux + dy * uy, dx * uy - dy * ux


def _direction(skill: Motion) -> Point:
    dx = skill.end_world[0] - skill.start_world[0]
    dy = skill.end_world[1] - skill.start_world[1]
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length > 0.0 else (1.0, 0.0)


def _steer(way: Point) -> NDArray[np.float64]:
    action = GAIN * np.array(way) / METRES_PER_PLANAR_STEP
    return np.asarray(action / max(1.0, float(np.abs(action).max())))


def _tip(scene: SceneState) -> Point:
    x, y, _ = scene.ee_position_world.tolist()
    return x, y


def _inside(at: Point) -> Point:
    x, y = np.clip(at, LOW_XY, HIGH_XY).tolist()
    return x, y

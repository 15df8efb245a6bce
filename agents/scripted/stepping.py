"""The expert's way through an episode in steps of `discrete`."""

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted.course import GRIP_STEPS, Course, Leg
from vlsim.interface.action import DISCRETE_ACTIONS, METRES_PER_DISCRETE_STEP
from vlsim.skills.base import SKILLS
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.hand import CLOSED

STEPPING_PATIENCE = 70
"""Steps after which a waypoint that was not reached is given up: they are short, along one axis."""
STEPPING_SHARE = 0.55
"""Share of a `discrete` step that must be left along an axis for a step along it to be worth it."""
DRAGGING_SHARE = 0.05
"""The same while a handle is dragged: its joint ends before the fingers have gone too far."""
STEPS = tuple(sign + axis for axis, sign in itertools.product("xyz", "+-"))


class SteppingCourse(Course):
    """The same with the nine actions of `discrete`: one step along an axis, or the fingers."""

    patience = STEPPING_PATIENCE

    def _plan(self, skill: Motion, scene: SceneState) -> list[Leg]:
        start = tuple(scene.ee_position_world.tolist())
        ways = super()._plan(skill, scene)
        # The fingers move by themselves here, so first of all they take the form of the first leg.
        first = replace(ways[0].pose, position=start)
        found: list[Leg] = [Stride(first, 0.0, True, False, True, start)]
        for leg in ways:
            drags = SKILLS[skill.name].on_rails and leg.pose.opening == CLOSED and not leg.grips
            share = DRAGGING_SHARE if drags else STEPPING_SHARE
            found.append(
                Stride(leg.pose, leg.speed, leg.grips, leg.carries, leg.exact, start, share)
            )
            start = leg.pose.position
        return found


@dataclass(frozen=True)
class Stride(Leg):
    """A leg in steps of `discrete`, as close as they come to the straight line from `start`."""

    start: tuple[float, float, float]
    share: float = STEPPING_SHARE
    """Share of a step that must be left along an axis for a step along it to be worth it."""

    def is_done(self, scene: SceneState, steps: int) -> bool:
        """Whether no step leads closer, `steps` steps after it set out."""
        return steps >= GRIP_STEPS if self.grips else not self._useful(scene)

    def steer(self, scene: SceneState) -> NDArray[np.float64]:
        """Return the number of the best action. Shape (1,)."""
        if self.grips:
            return _number("open" if self.pose.opening > CLOSED else "close")
        at, start = scene.ee_position_world, np.array(self.start)
        line = np.array(self.pose.position) - start
        line /= max(float(np.linalg.norm(line)), 1e-9)

        def astray(name: str) -> float:
            way = at + _step(name) - start
            return float(np.linalg.norm(way - (way @ line) * line))

        return _number(min(self._useful(scene), key=astray, default="stay"))

    def _useful(self, scene: SceneState) -> list[str]:
        way = np.array(self.pose.position) - scene.ee_position_world
        least = self.share * METRES_PER_DISCRETE_STEP**2
        return [name for name in STEPS if float(_step(name) @ way) > least]


def _step(name: str) -> NDArray[np.float64]:
    sign = 1.0 if name[0] == "+" else -1.0
    return METRES_PER_DISCRETE_STEP * sign * np.array([float(name[1] == axis) for axis in "xyz"])


def _number(name: str) -> NDArray[np.float64]:
    return np.array([float(DISCRETE_ACTIONS.index(name))])

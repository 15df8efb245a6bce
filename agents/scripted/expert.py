"""The expert: it knows the facts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted.course import GRIP, Course
from vlsim.agents.scripted.planar import PlanarCourse
from vlsim.agents.scripted.stepping import SteppingCourse
from vlsim.errors import InvalidValueError
from vlsim.interface.action import (
    METRES_PER_STEP,
)
from vlsim.interface.environment import GroundTruth
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.skills.motion import Motion
from vlsim.world.camera import FRONT, Camera
from vlsim.world.hand import EndEffectorTarget


class Expert:
    """Carries out the plan of the goal itself, from the facts of the scene: it sees no picture."""

    name = "expert"
    spec = PolicySpec()

    def __init__(self) -> None:
        """Wait for the first episodes."""
        self._courses: list[Course | PlanarCourse | None] = []
        self._truths: Sequence[GroundTruth | None] = ()

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        """Begin episodes; there is no chance in them, and the goal says more than the words."""
        self._courses, self._truths = [None] * len(seeds), ()

    def inform(self, truths: Sequence[GroundTruth | None]) -> None:
        """Take what is true in each row; it acts on nothing else."""
        self._truths = truths

    def act(self, observations: Observations) -> NDArray[np.float32]:
        """Return actions (B, 1, A); zeros where the episode is over.

        Raises:
            InvalidValueError: If it was not informed of each row.
        """
        if len(self._truths) != len(self._courses):
            raise InvalidValueError(
                f"The policy 'expert' acts in {len(self._courses)} rows and knows the truth of "
                f"{len(self._truths)}; call inform(truths) before act."
            )
        rows = [None if t is None else self._act_in(t, i) for i, t in enumerate(self._truths)]
        size = next((len(row) for row in rows if row is not None), 0)
        actions = [np.zeros(size) if row is None else row for row in rows]
        return np.array(actions, np.float32)[:, None]

    def _act_in(self, truth: GroundTruth, row: int) -> NDArray[np.float64]:
        control = truth.control
        if control == "primitive":
            return point_at(truth.plan(), truth.view, truth.skills)
        course = self._courses[row]
        if course is None:
            course = self._courses[row] = COURSES[control]()
        action = course.follow(truth)
        # In most tasks no hand tilts, and there is no entry for it.
        return turn_joints(truth, action) if control == "joint_delta" else action[: truth.n_actions]


def point_at(
    skill: Motion, camera: Camera = FRONT, skills: Sequence[str] = ()
) -> NDArray[np.float64]:
    """Return the `primitive` action that asks for `skill` in the camera's picture.

    Args:
        skill: The motion.
        camera: What the action's points lie in.
        skills: The S motions that an action chooses from.

    Returns:
        Shape (4 + S,), or (4,) if there is no more than one motion.
    """
    ends = np.array([[*skill.start_world, 0.0], [*skill.end_world, 0.0]])
    points = np.clip(camera.project(ends).ravel(), -1.0, 1.0)
    choice = [1.0 if name == skill.name else -1.0 for name in skills]
    return np.append(points, choice if len(choice) > 1 else [])


def turn_joints(truth: GroundTruth, action: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the `joint_delta` action that does what an `ee_delta` one (6,) would. Shape (A,)."""
    at = np.array(truth.joints())
    x, y, z = (truth.scene.ee_position_world + action[:3] * METRES_PER_STEP).tolist()
    turns = (np.array(truth.solve(EndEffectorTarget((x, y, z)))) - at) / truth.joint_steps
    # Shortened as a whole, so that the arm keeps its direction.
    return np.append(turns / max(1.0, float(np.abs(turns).max())), action[GRIP])


COURSES: dict[str, type[Course] | type[PlanarCourse]] = {
    "ee_delta": Course,
    "joint_delta": Course,
    "discrete": SteppingCourse,
    "planar": PlanarCourse,
}

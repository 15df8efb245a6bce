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
from vlsim.skills import SKILLS, Motion
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
            return point_at(truth.plan(), truth.view)
        course = self._courses[row]
        if course is None:
            course = self._courses[row] = COURSES[control]()
        action = course.follow(truth)
        return turn_joints(truth, action) if control == "joint_delta" else action


def point_at(motion: Motion, camera: Camera = FRONT) -> NDArray[np.float64]:
    """Return the `primitive` action that asks for a motion in the camera's picture.

    Args:
        motion: The motion.
        camera: What the action's points lie in.

    Returns:
        Two points, then 1 for the skill and -1 for the others. Shape (4 + S,).
    """
    return np.append(
        motion.in_picture(camera), [1.0 if name == motion.name else -1.0 for name in SKILLS]
    )


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

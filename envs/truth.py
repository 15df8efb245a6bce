"""What is true in a running episode, for policies that know instead of looking."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vlsim.envs.control import JointDelta
from vlsim.errors import InvalidValueError
from vlsim.skills.motion import Motion
from vlsim.world import SceneState
from vlsim.world.camera import Camera
from vlsim.world.hand import EndEffectorTarget

if TYPE_CHECKING:
    from vlsim.envs.tabletop import TabletopEnv


class Truth:
    """The `GroundTruth` of an environment's episode, as it goes on."""

    def __init__(self, env: "TabletopEnv") -> None:
        """Look into an environment."""
        self._env = env

    @property
    def scene(self) -> SceneState:
        """The facts."""
        return self._env.scene

    @property
    def stage(self) -> object:
        """What is to be done now: the goal, or its first part that is not done."""
        return self._env.bound_goal

    @property
    def target(self) -> int:
        """Index of the object that it is about."""
        return self._env.roles["target"]

    def plan(self) -> Motion:
        """Return the motion that does it, beginning from the scene as it is."""
        return self._env.bound_goal.plan(self.scene)

    @property
    def control(self) -> str:
        """Control mode that actions are for."""
        return self._env.control.name

    @property
    def view(self) -> Camera:
        """Where the front camera was when the last observed picture was taken."""
        return self._env.front_camera

    def joints(self) -> tuple[float, ...]:
        """Return the positions of the arm's joints, radians (metres if one slides)."""
        return self._env.simulated_robot.joints()

    @property
    def joint_steps(self) -> NDArray[np.float64]:
        """What an entry of 1 in `joint_delta` moves each joint by. Shape (J,)."""
        control = self._env.control
        if not isinstance(control, JointDelta):
            raise InvalidValueError(f"Actions of '{control.name}' move no single joints.")
        return control.steps

    def solve(self, pose: EndEffectorTarget) -> tuple[float, ...]:
        """Return the positions of the joints that bring the hand to a pose in the base frame."""
        return self._env.simulated_robot.solve(pose)

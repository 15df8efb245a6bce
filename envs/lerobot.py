"""vlsim as LeRobot's evaluation wants it: its names for observations, its dictionary of vectors."""

from collections.abc import Iterable
from typing import Any

import gymnasium as gym
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import AutoresetMode, VectorEnv

from vlsim.envs.tasks import TASKS
from vlsim.envs.wrappers import observed_spaces
from vlsim.errors import InvalidValueError
from vlsim.interface.labels import LABELS
from vlsim.interface.observation import IMAGE, INSTRUCTION, PRIVILEGED, PROPRIO, SKILL_MASK, STAGE

PIXELS, AGENT_POS, ENVIRONMENT_STATE = "pixels", "agent_pos", "environment_state"
"""LeRobot renames them to observation.image, observation.state, observation.environment_state."""


class LeRobotObservation(gym.ObservationWrapper[Any, Any, Any], RecordConstructorArgs):
    """Observes what LeRobot's `rollout()` reads.

    `pixels`: the picture, (H, W, 3) uint8. `agent_pos`: end-effector position (metres, base frame),
    yaw and tilt (radians), gripper opening (metres), (6,) float32; not the previous action, which
    imitation would learn to repeat. `environment_state`: the privileged facts, if `env` observes
    them. The words are `task_description`, which LeRobot reads anew at every step. What else `env`
    observes keeps its name.

    Args:
        env: A vlsim environment.

    Raises:
        InvalidValueError: If `env` observes no picture or no end effector.

    Example:
        >>> from vlsim.envs import make_env
        >>> env = LeRobotObservation(make_env("reach"))
        >>> observation, info = env.reset(seed=0)
        >>> sorted(observation), env.task_description
        (['agent_pos', 'pixels'], 'move the gripper to the blue sphere')
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        """See the class."""
        RecordConstructorArgs.__init__(self)
        super().__init__(env)
        known = observed_spaces(self, IMAGE, PROPRIO)
        pose: spaces.Box = known[PROPRIO]
        self._pose_size = len(self.env.get_wrapper_attr("control").channels.pose)
        known[PROPRIO] = spaces.Box(pose.low[: self._pose_size], pose.high[: self._pose_size])
        self.observation_space = spaces.Dict(_renamed(known))

    def observation(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the observation under LeRobot's names."""
        pose = observation[PROPRIO][: self._pose_size]
        return _renamed({**observation, PROPRIO: pose})

    # LeRobot asks for these where other wrappers would hide them.
    @property
    def task_description(self) -> str:
        """The instruction of the running episode."""
        return str(self.env.get_wrapper_attr("task_description"))

    @property
    def task(self) -> str:
        """The instruction too: LeRobot's second name for it, where vlsim has a `Task`."""
        return self.task_description


def make_lerobot_envs(
    tasks: Iterable[str], n_envs: int = 1, use_async_envs: bool = False, **options: Any
) -> dict[str, dict[int, VectorEnv[Any, Any, Any]]]:
    """Return `{task: {0: vector environment}}`, the form in which LeRobot takes environments.

    Args:
        tasks: Names of tasks; `vlsim list tasks` shows them.
        n_envs: Environments of each task.
        use_async_envs: One process for each environment, instead of one after the other.
        options: Fields of `EnvConfig`, the same for all.

    Raises:
        InvalidValueError: If there is no task or environment, or an option is not allowed.
        UnknownNameError: If there is no such task.
    """
    if n_envs < 1:
        raise InvalidValueError(f"n_envs must be at least 1, got {n_envs}.")
    if isinstance(tasks, str):
        raise InvalidValueError(f"tasks must be a list of names, such as [{tasks!r}].")
    ids = {task: TASKS[task].env_id for task in tasks}
    if not ids:
        raise InvalidValueError(f"Name at least one task; known are {', '.join(TASKS)}.")
    # In the same step, so that `final_info` says how an episode ended. Not fork: LeRobot's process
    # has OpenMP threads and CUDA, and a child of such a process can hang.
    settings: dict[str, Any] = {"autoreset_mode": AutoresetMode.SAME_STEP}
    if use_async_envs:
        settings["context"] = "forkserver"
    return {
        task: {
            0: gym.make_vec(
                env_id,
                num_envs=n_envs,
                vectorization_mode="async" if use_async_envs else "sync",
                vector_kwargs=settings,
                wrappers=[LeRobotObservation],
                **{"render_mode": "rgb_array", **options},
            )
        }
        for task, env_id in ids.items()
    }


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    names = {IMAGE: PIXELS, PROPRIO: AGENT_POS, PRIVILEGED: ENVIRONMENT_STATE}
    hidden = (INSTRUCTION, STAGE, SKILL_MASK, *LABELS)
    return {names.get(key, key): value for key, value in values.items() if key not in hidden}

"""One environment that plays episode after episode, and can go on where another one was."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.envs.tabletop import Observation, TabletopEnv
from vlsim.errors import SimulationError
from vlsim.records import EpisodeSoFar
from vlsim.seeding import derive

Step = tuple[Observation, float, bool, dict[str, Any]]


class EpisodeRunner:
    """Begins the next episode as soon as one has ended.

    The last observation of an episode is in `info["terminal_observation"]` then,
    `info["TimeLimit.truncated"]` says whether time ran out, and `info["episode"]` has its return
    "r" and length "l", as Stable-Baselines3's `Monitor` writes them.
    The seed of the next episode derives from that of the last one.

    Args:
        environment: What is run.
    """

    def __init__(self, environment: TabletopEnv) -> None:
        """Start before the first episode."""
        self.environment = environment

    def begin(
        self,
        seed: int | None,
        options: Mapping[str, Any] | None = None,
        actions: NDArray[np.float32] | None = None,
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode, and carry out the actions that were taken in it already.

        Raises:
            SimulationError: If the episode ends before the last of them.
        """
        observation, info = self.environment.reset(seed=seed, options=dict(options or {}))
        self._actions: list[NDArray[np.float32]] = []
        self._return = 0.0
        done_before = [] if actions is None else list(actions)
        for action in done_before:
            observation, _, is_over, info = self.step(action)
            if is_over:
                raise SimulationError(
                    f"The episode of seed {seed} ends after {info['episode']['l']} steps and had "
                    f"gone on for {len(done_before)} before: this machine or version of vlsim "
                    "simulates it differently. Start the run again."
                )
        return observation, info

    def step(self, action: Any) -> Step:  # noqa: ANN401
        """Carry out one action."""
        observation, reward, terminated, truncated, info = self.environment.step(action)
        self._actions.append(np.array(action, np.float32))
        self._return += float(reward)
        info["TimeLimit.truncated"] = truncated and not terminated
        is_over = terminated or truncated
        if is_over:
            info["terminal_observation"] = observation
            info["episode"] = {"r": self._return, "l": len(self._actions)}
            following = derive(self.environment.episode_seed, "next episode")
            observation, info["reset_info"] = self.begin(following)
        return observation, reward, is_over, info

    def so_far(self) -> EpisodeSoFar:
        """Return what it takes to go on with the present episode in another environment."""
        shape = (len(self._actions), self.environment.control.size)
        actions = np.array(self._actions, np.float32).reshape(shape)
        return EpisodeSoFar(self.environment.episode_seed, actions)

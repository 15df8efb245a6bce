"""Many environments at once, a few in each worker process, as a Stable-Baselines3 `VecEnv`.

Why not the libraries' own: they run one process for each environment, and what PPO needs here they
lack: episodes that another process can go on with, so that a resumed run repeats an uninterrupted
one. Sixteen environments in 2 processes take 528 MB, in Gymnasium's 16 processes 856 MB; on two
busy cores their speeds differed by less than they varied (`benchmarks/env_vector.py`).
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from vlsim.envs.config import EnvConfig
from vlsim.envs.stepper import Stepper
from vlsim.envs.tabletop import TabletopEnv
from vlsim.errors import InvalidValueError, WorkerError
from vlsim.parallel.worker import Worker
from vlsim.records import EpisodeSoFar

Batch = dict[str, NDArray[Any]]

REMEDY = "Everything up to the last checkpoint is kept; go on with: vlsim train --resume RUN."


class ParallelEnvs(VecEnv):
    """Environments, shared out evenly over processes; their tasks may differ.

    Episodes depend on the seeds only, never on the number of workers.

    Args:
        configs: One for each environment; all observe and act in the same spaces.
        n_workers: Number of processes; must divide the number of environments.

    Raises:
        InvalidValueError: If the spaces differ, or `n_workers` does not divide.
        WorkerError: From any call, if a worker process died.
    """

    def __init__(self, configs: Sequence[EnvConfig], n_workers: int) -> None:
        """Start the workers."""
        n_envs = len(configs)
        if n_workers < 1 or n_envs < 1 or n_envs % n_workers:
            raise InvalidValueError(f"n_workers must divide n_envs, got {n_workers} and {n_envs}.")
        observation_space, action_space = _common_spaces(configs)
        self._each = n_envs // n_workers
        self._workers = [Worker(partial(Stepper, share), REMEDY) for share in self._shares(configs)]
        self._actions: list[NDArray[np.float32] | None] = [None] * n_envs
        super().__init__(n_envs, observation_space, action_space)

    def seed_episodes(self, seeds: Sequence[int]) -> None:
        """Fix the episode that each environment begins at the next reset, one seed each."""
        if len(seeds) != self.num_envs:
            raise InvalidValueError(f"Need {self.num_envs} seeds, got {len(seeds)}.")
        self._seeds = list(seeds)
        self._actions = [None] * self.num_envs

    def resume_episodes(self, episodes: Sequence[EpisodeSoFar]) -> None:
        """Fix the episode that each environment goes on with at the next reset."""
        self.seed_episodes([episode.seed for episode in episodes])
        self._actions = [episode.actions for episode in episodes]

    def episodes_so_far(self) -> list[EpisodeSoFar]:
        """Return the episode that is under way in each environment, for `resume_episodes`.

        Seeds and actions are all that is kept: options of a reset are forgotten.
        """
        return self._ask("so_far", [None] * len(self._workers))

    def reset(self) -> Batch:
        """Begin an episode in every environment. Arrays have shape (n_envs, …)."""
        beginnings = list(zip(self._seeds, self._options, self._actions, strict=True))
        self._reset_seeds()
        self._reset_options()
        self._actions = [None] * self.num_envs
        results = self._ask("reset", self._shares(beginnings))
        self.reset_infos = [info for _, info in results]
        return _stack([observation for observation, _ in results])

    def step_async(self, actions: NDArray[np.float32]) -> None:
        """Send the actions, shape (n_envs, A)."""
        self._send("step", self._shares(actions))

    def step_wait(
        self,
    ) -> tuple[Batch, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Return observations, rewards, dones and infos of the step that was sent."""
        observations, rewards, dones, infos = zip(*self._collect(), strict=True)
        self.reset_infos = [info.get("reset_info", {}) for info in infos]
        return _stack(observations), np.array(rewards, np.float32), np.array(dones), list(infos)

    def close(self) -> None:
        """Stop the workers; closing twice is fine."""
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:  # noqa: ANN401
        """Return an attribute of every environment, or of those at `indices`."""
        return self._chosen(self._ask("call", [(attr_name, None)] * len(self._workers)), indices)

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:  # noqa: ANN401
        """Refuse: environments are configured once, when they are made."""
        raise InvalidValueError(f"'{attr_name}' cannot be set; pass it as an option instead.")

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: Any = None,  # noqa: ANN401
        **method_kwargs: Any,
    ) -> list[Any]:
        """Call a method of every environment; return what those at `indices` answered."""
        if method_kwargs:
            raise InvalidValueError("Only positional arguments can be sent to environments.")
        asked = [(method_name, method_args)] * len(self._workers)
        return self._chosen(self._ask("call", asked), indices)

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:  # noqa: ANN401
        """Return False for every environment: success and length come in `info`."""
        return self._chosen([False] * self.num_envs, indices)

    def get_images(self) -> list[NDArray[np.uint8]]:
        """Return a picture for people of every environment."""
        return self.env_method("render")

    def _chosen(self, values: list[Any], indices: int | Iterable[int] | None) -> list[Any]:
        return [values[i] for i in self._get_indices(indices)]

    def _shares(self, values: Any) -> list[Any]:  # noqa: ANN401
        return [values[i : i + self._each] for i in range(0, len(values), self._each)]

    def _ask(self, command: str, arguments: list[Any]) -> list[Any]:
        self._send(command, arguments)
        return self._collect()

    def _send(self, command: str, arguments: list[Any]) -> None:
        for worker, argument in zip(self._workers, arguments, strict=True):
            worker.send((command, argument))

    def _collect(self) -> list[Any]:
        results: list[Any] = []
        failure: Exception | None = None
        for worker in self._workers:
            try:
                results.extend(worker.receive())
            except WorkerError:
                raise
            except Exception as error:  # raised when every worker has answered
                failure = error
        if failure is not None:
            raise failure
        return results


def _stack(observations: Sequence[Batch]) -> Batch:
    return {key: np.stack([o[key] for o in observations]) for key in observations[0]}


def _common_spaces(configs: Sequence[EnvConfig]) -> tuple[spaces.Space[Any], spaces.Space[Any]]:
    """Return what every environment observes, and how all of them act."""
    # One environment of each kind is made: of most vectors there is only one kind.
    kinds = [config for i, config in enumerate(configs) if config not in configs[:i]]
    found = []
    for config in kinds:
        probe = TabletopEnv(config)
        found.append((probe.observation_space, probe.action_space))
        probe.close()
    for config, pair in zip(kinds, found, strict=True):
        if pair != found[0]:
            raise InvalidValueError(
                f"The environments of a vector need equal spaces: '{config.task}' has "
                f"{pair[1]} and {pair[0]}, '{kinds[0].task}' {found[0][1]} and {found[0][0]}."
            )
    return found[0]

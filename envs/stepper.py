"""Steps a few environments, one after the other: the work of one process of `vlsim.envs.vector`."""

from collections.abc import Sequence
from typing import Any

from vlsim.envs.config import EnvConfig
from vlsim.envs.runner import EpisodeRunner
from vlsim.envs.tabletop import TabletopEnv


class Stepper:
    """Does "reset", "step", "so_far" or "call" in each environment; returns what each answered.

    Args:
        configs: One for each environment.
    """

    def __init__(self, configs: Sequence[EnvConfig]) -> None:
        """Make the environments."""
        self._runners = [EpisodeRunner(TabletopEnv(config)) for config in configs]

    def __call__(self, task: tuple[str, Any]) -> list[Any]:
        """Do one command with its argument."""
        command, argument = task
        if command == "reset":
            pairs = zip(self._runners, argument, strict=True)
            return [runner.begin(*beginning) for runner, beginning in pairs]
        if command == "step":
            return [r.step(action) for r, action in zip(self._runners, argument, strict=True)]
        if command == "so_far":
            return [runner.so_far() for runner in self._runners]
        name, arguments = argument
        return [
            getattr(runner.environment, name)(*arguments)
            if arguments is not None
            else getattr(runner.environment, name)
            for runner in self._runners
        ]

    def close(self) -> None:
        """Close the environments."""
        for runner in self._runners:
            runner.environment.close()

"""Steps a few environments, one after the other: the work of one process of `vlsim.envs.vector`."""

from typing import Any

from vlsim.envs.tabletop import Observation, TabletopEnv

Step = tuple[Observation, float, bool, dict[str, Any]]


class Stepper:
    """Does "reset", "step" and "call" in each of its environments, and returns what each answered.

    An environment that finishes an episode begins the next one at once; its last observation is in
    `info["terminal_observation"]`, and `info["TimeLimit.truncated"]` says whether time ran out.

    Args:
        options: Arguments of `TabletopEnv`, the same for all.
        count: Number of environments.
    """

    def __init__(self, options: dict[str, Any], count: int) -> None:
        """Make the environments."""
        self._environments = [TabletopEnv(**options) for _ in range(count)]

    def __call__(self, task: tuple[str, Any]) -> list[Any]:
        """Do one command with its argument."""
        command, argument = task
        if command == "reset":
            return [
                e.reset(seed=seed, options=options)
                for e, (seed, options) in zip(self._environments, argument, strict=True)
            ]
        if command == "step":
            pairs = zip(self._environments, argument, strict=True)
            return [_step(environment, action) for environment, action in pairs]
        name, arguments = argument
        return [
            getattr(e, name)(*arguments) if arguments is not None else getattr(e, name)
            for e in self._environments
        ]

    def close(self) -> None:
        """Close the environments."""
        for environment in self._environments:
            environment.close()


def _step(environment: TabletopEnv, action: Any) -> Step:  # noqa: ANN401
    observation, reward, terminated, truncated, info = environment.step(action)
    info["TimeLimit.truncated"] = truncated and not terminated
    if terminated or truncated:
        info["terminal_observation"] = observation
        observation, info["reset_info"] = environment.reset()
    return observation, reward, terminated or truncated, info

"""One worker process: steps a few environments, one after the other, for `vlsim.envs.vector`."""

import signal
from multiprocessing.connection import Connection
from typing import Any

from vlsim.envs.tabletop import Observation, TabletopEnv

Step = tuple[Observation, float, bool, dict[str, Any]]


def serve(pipe: Connection, options: dict[str, Any], count: int) -> None:
    """Answer "reset", "step", "call" and "close" messages until the pipe ends.

    An environment that finishes an episode begins the next one at once; its last observation is in
    `info["terminal_observation"]`, and `info["TimeLimit.truncated"]` says whether time ran out.
    """
    # Ctrl-C reaches the whole process group; the parent decides when workers stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    environments = [TabletopEnv(**options) for _ in range(count)]
    try:
        while True:
            command, argument = pipe.recv()
            if command == "close":
                return
            try:
                pipe.send(("ok", _answer(environments, command, argument)))
            except Exception as error:  # raised again where the question came from
                pipe.send(("error", error))
    except EOFError:
        return
    finally:
        for environment in environments:
            environment.close()


def _answer(environments: list[TabletopEnv], command: str, argument: Any) -> Any:  # noqa: ANN401
    if command == "reset":
        return [
            e.reset(seed=seed, options=options)
            for e, (seed, options) in zip(environments, argument, strict=True)
        ]
    if command == "step":
        return [_step(e, action) for e, action in zip(environments, argument, strict=True)]
    name, arguments = argument
    return [
        getattr(e, name)(*arguments) if arguments is not None else getattr(e, name)
        for e in environments
    ]


def _step(environment: TabletopEnv, action: Any) -> Step:  # noqa: ANN401
    observation, reward, terminated, truncated, info = environment.step(action)
    info["TimeLimit.truncated"] = truncated and not terminated
    if terminated or truncated:
        info["terminal_observation"] = observation
        observation, info["reset_info"] = environment.reset()
    return observation, reward, terminated or truncated, info

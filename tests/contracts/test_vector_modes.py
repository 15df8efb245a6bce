"""Gymnasium's vector environments play the episodes of lone ones, whichever way they run."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from vlsim.envs import ENV_IDS
from vlsim.envs.tasks import TASKS
from vlsim.errors import InstructionError, InvalidValueError, UnknownNameError
from vlsim.interface.observation import channels
from vlsim.seeding import stream

SEEDS = [3, 5]
OPTIONS: dict[str, Any] = {"image_size": 32, "privileged": True}
pytestmark = pytest.mark.xdist_group("processes")

Row = tuple[dict[str, bytes], float, bool, bool, str]


def steps_of(control: str) -> int:
    """Return how many steps see an environment end an episode of one motion, and begin the next."""
    return 104 if control == "ee_delta" else 5


def actions_of(control: str) -> np.ndarray:
    """Return the same actions for every way to run. Shape (steps, environments, A)."""
    rng = stream(0, "vector actions")
    shape = (steps_of(control), len(SEEDS), channels(control).n_actions)
    return rng.uniform(-1, 1, shape).astype(np.float32)


def frozen(observation: dict[str, np.ndarray]) -> dict[str, bytes]:
    """Return something that is equal when every bit is."""
    return {key: value.tobytes() for key, value in observation.items()}


def alone(env_id: str, control: str, autoreset: AutoresetMode) -> list[list[Row]]:
    """Play with one environment after the other; return the rows of each."""
    return [
        list(played(env_id, control, autoreset, seed, actions_of(control)[:, i]))
        for i, seed in enumerate(SEEDS)
    ]


def played(
    env_id: str, control: str, autoreset: AutoresetMode, seed: int, actions: np.ndarray
) -> Iterator[Row]:
    """Yield the rows of one environment, begun again by hand as the mode says."""
    environment = gym.make(env_id, control=control, **OPTIONS)
    observation, info = environment.reset(seed=seed)
    yield frozen(observation), 0.0, False, False, info["state_hash"]
    ended = False
    for action in actions:
        if ended and autoreset is AutoresetMode.NEXT_STEP:
            observation, info = environment.reset()
            reward, terminated, truncated = 0.0, False, False
        else:
            observation, given, terminated, truncated, info = environment.step(action)
            reward = float(given)
        ended = terminated or truncated
        if ended and autoreset is AutoresetMode.SAME_STEP:
            observation, info = environment.reset()
        yield frozen(observation), reward, terminated, truncated, info["state_hash"]
    environment.close()


def together(mode: str, env_id: str, control: str, autoreset: AutoresetMode) -> list[list[Row]]:
    """Play with all environments at once; return the rows of each."""
    envs = make(mode, env_id, autoreset, control=control)
    observations, infos = envs.reset(seed=SEEDS)
    rows: list[list[Row]] = [[] for _ in SEEDS]
    nothing = np.zeros(len(SEEDS))
    results: tuple[Any, ...] = (observations, nothing, nothing, nothing, infos)
    for action in [*actions_of(control), None]:
        observations, rewards, terminated, truncated, infos = results
        for i, row in enumerate(rows):
            one = frozen({key: value[i] for key, value in observations.items()})
            ends = bool(terminated[i]), bool(truncated[i])
            row.append((one, float(rewards[i]), *ends, infos["state_hash"][i]))
        if action is not None:
            results = envs.step(action)
    envs.close()
    return rows


def make(
    mode: str, env_id: str, autoreset: AutoresetMode = AutoresetMode.NEXT_STEP, **options: Any
) -> gym.vector.VectorEnv[Any, Any, Any]:
    """Return as many environments as there are seeds."""
    return gym.make_vec(
        env_id,
        num_envs=len(SEEDS),
        vectorization_mode=mode,
        vector_kwargs={"autoreset_mode": autoreset},
        **{**OPTIONS, **options},
    )


@pytest.mark.parametrize("env_id", list(ENV_IDS.values()))
@pytest.mark.parametrize(
    ("control", "autoreset"),
    [("ee_delta", AutoresetMode.NEXT_STEP), ("primitive", AutoresetMode.SAME_STEP)],
)
def test_both_vector_modes_play_the_episodes_of_lone_environments(
    env_id: str, control: str, autoreset: AutoresetMode
) -> None:
    expected = alone(env_id, control, autoreset)
    ends = [sum(row[2] or row[3] for row in rows) for rows in expected]
    (task,) = [TASKS[name] for name, its_id in ENV_IDS.items() if its_id == env_id]
    if not task.per_motion and task.horizon[control] < steps_of(control):
        assert min(ends) >= 1, "an environment began no second episode"
    assert expected[0] != expected[1]
    for mode in ("sync", "async"):
        assert together(mode, env_id, control, autoreset) == expected


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_infos_of_a_vector_are_arrays_that_say_what_a_lone_one_says(mode: str) -> None:
    envs = make(mode, ENV_IDS["reach"])
    lone = gym.make(ENV_IDS["reach"], **OPTIONS)
    _, infos = envs.reset(seed=SEEDS)
    for i, seed in enumerate(SEEDS):
        _, info = lone.reset(seed=seed)
        assert infos["instruction"][i] == info["instruction"] == envs.call("task_description")[i]
        assert infos["episode_seed"][i] == seed
        assert infos["goal"][i] == info["goal"]
    # Far from everything: nothing is attempted, and that is a number too.
    assert infos["attempted"].tolist() == [-1, -1]
    assert infos["is_success"].dtype == np.bool_
    lone.close()
    envs.close()


@pytest.mark.parametrize("env_id", list(ENV_IDS.values()))
def test_the_infos_of_different_goals_fit_into_one_vector(env_id: str) -> None:
    envs = gym.make_vec(env_id, 8, "sync", image_size=32)
    said = set()
    for first in range(0, 40, 8):
        _, infos = envs.reset(seed=first)
        said.update(infos["instruction"])
        _, _, _, _, infos = envs.step(np.zeros(envs.action_space.shape, np.float32))
        assert infos["steps"].tolist() == [1] * 8
    assert len(said) > 20
    envs.close()


# Gymnasium prints the worker's traceback as a warning before it raises the error again.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"instruction": "sing"}, InstructionError, "Unknown word 'sing'"),
        ({"scenes": 1}, InvalidValueError, "No reset option 'scenes'"),
        ({"goal": {"goal": "rech"}}, UnknownNameError, "Did you mean 'reach'"),
    ],
)
def test_a_refused_reset_says_why_in_both_modes(
    mode: str, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    envs = make(mode, ENV_IDS["reach"])
    with pytest.raises(error, match=words):
        envs.reset(seed=SEEDS, options=options)
    envs.close()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_close_with_terminate_ends_what_gymnasium_would_wait_for() -> None:
    # Its `close` waits for the answer of the worker that lives, which came already.
    envs = make("async", ENV_IDS["reach"])
    processes = envs.unwrapped.processes  # type: ignore[attr-defined]
    os.kill(processes[1].pid, signal.SIGSTOP)
    envs.reset_async(seed=SEEDS)  # type: ignore[attr-defined]
    processes[1].kill()
    with pytest.raises((EOFError, ConnectionError)):
        envs.reset_wait()  # type: ignore[attr-defined]
    envs.close(terminate=True)
    assert [process.is_alive() for process in processes] == [False, False]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_seed_that_no_array_holds_is_refused_in_both_modes(mode: str) -> None:
    envs = make(mode, ENV_IDS["reach"])
    _, infos = envs.reset(seed=[2**63 - 1, 0])
    assert infos["episode_seed"].tolist() == [2**63 - 1, 0]
    with pytest.raises(InvalidValueError, match="seed must be a whole number from 0 to 2"):
        envs.reset(seed=2**63)
    envs.close()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_wrong_option_is_refused_before_a_process_starts(mode: str) -> None:
    with pytest.raises(InvalidValueError, match="from 32 to 512, got 5"):
        make(mode, ENV_IDS["reach"], image_size=5)

"""Many environments in a few processes: the same episodes for any number of workers."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from typing import Any

import numpy as np
import pytest

from tests.envs.episodes import record
from vlsim.envs.config import EnvConfig
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.vector import ParallelEnvs
from vlsim.errors import InstructionError, InvalidValueError, SimulationError, WorkerError
from vlsim.interface.observation import IMAGE
from vlsim.seeding import stream

CONFIG = EnvConfig("reach", image_size=32)
SEEDS = [3, 5, 8, 13]
pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def two() -> Iterator[ParallelEnvs]:
    envs = ParallelEnvs([CONFIG] * 4, 2)
    yield envs
    envs.close()


def step(envs: ParallelEnvs, actions: np.ndarray) -> Any:
    """Step with the types that are really returned; SB3's allow any kind of observation."""
    return envs.step(actions)


def play(envs: ParallelEnvs, steps: int = 55) -> list[tuple[Any, ...]]:
    """Return everything that came back; long enough that every episode ends and another begins."""
    envs.seed_episodes(SEEDS)
    rng = stream(0, "vector actions")
    envs.reset()
    rows: list[tuple[Any, ...]] = [tuple(i["state_hash"] for i in envs.reset_infos)]
    for _ in range(steps):
        actions = rng.uniform(-1, 1, (4, 6)).astype(np.float32)
        observations, rewards, dones, infos = step(envs, actions)
        rows.append(
            (
                observations[IMAGE].tobytes(),
                rewards.tolist(),
                dones.tolist(),
                tuple(i["state_hash"] for i in infos),
            )
        )
    return rows


@pytest.mark.slow
def test_one_two_and_four_workers_play_identical_episodes(two: ParallelEnvs) -> None:
    expected = play(two)
    assert any(any(row[2]) for row in expected[1:]), "no episode ended"
    for workers in (1, 4):
        envs = ParallelEnvs([CONFIG] * 4, workers)
        assert play(envs) == expected
        envs.close()


def test_a_worker_plays_the_episode_of_a_lone_environment(two: ParallelEnvs) -> None:
    lone = TabletopEnv(CONFIG)
    first = record(lone, SEEDS[2], steps=0)
    lone.close()
    two.seed_episodes(SEEDS)
    two.reset()
    assert two.reset_infos[2]["state_hash"] == first[0][2]
    assert two.reset_infos[2]["instruction"] == first[0][1]


def test_the_last_observation_of_an_episode_is_kept_and_the_next_one_begins(
    two: ParallelEnvs,
) -> None:
    two.seed_episodes(SEEDS)
    two.reset()
    up = np.tile(np.array([0, 0, 1, 0, 0, 1], np.float32), (4, 1))
    for _ in range(50):
        observations, _, dones, infos = step(two, up)
    assert dones.all()
    for i, info in enumerate(infos):
        assert info["TimeLimit.truncated"]
        assert info["steps"] == 50
        assert two.reset_infos[i]["steps"] == 0
        assert (info["terminal_observation"][IMAGE] != observations[IMAGE][i]).any()


def test_seeds_and_options_count_for_one_reset(two: ParallelEnvs) -> None:
    two.seed(21)
    two.set_options({"instruction": "touch the blue ball"})
    two.reset()
    assert [info["episode_seed"] for info in two.reset_infos] == [21, 22, 23, 24]
    assert {info["instruction"] for info in two.reset_infos} == {"touch the blue ball"}
    two.reset()
    assert 21 not in [info["episode_seed"] for info in two.reset_infos]
    assert len({info["instruction"] for info in two.reset_infos}) > 1


def test_attributes_and_methods_reach_every_environment(two: ParallelEnvs) -> None:
    two.seed_episodes(SEEDS)
    two.reset()
    assert two.get_attr("episode_seed") == SEEDS
    assert two.get_attr("episode_seed", indices=[2, 0]) == [8, 3]
    assert two.has_attr("task_description")
    assert not two.has_attr("no_such_thing")
    assert [frame.shape for frame in two.env_method("camera_picture", "front", 40, indices=1)] == [
        (40, 40, 3)
    ]
    assert two.get_images()[3].shape[1] == 480
    assert two.env_is_wrapped(object) == [False] * 4
    with pytest.raises(InvalidValueError, match="cannot be set"):
        two.set_attr("horizon", 3)
    with pytest.raises(InvalidValueError, match="positional"):
        two.env_method("reset", seed=3)


def test_an_error_in_a_worker_is_raised_here_and_the_worker_goes_on(two: ParallelEnvs) -> None:
    two.seed_episodes(SEEDS)
    two.reset()
    with pytest.raises(SimulationError, match="must be finite"):
        two.step(np.full((4, 6), np.nan, np.float32))
    two.set_options({"instruction": "sing"})
    with pytest.raises(InstructionError, match="Unknown word 'sing'"):
        two.reset()
    two.reset()
    *_, infos = two.step(np.zeros((4, 6), np.float32))
    assert [info["steps"] for info in infos] == [1] * 4


@pytest.mark.parametrize(("n_envs", "n_workers"), [(4, 0), (4, 3), (0, 1), (2, 4)])
def test_workers_must_divide_the_environments(n_envs: int, n_workers: int) -> None:
    with pytest.raises(InvalidValueError, match="n_workers must divide n_envs"):
        ParallelEnvs([CONFIG] * n_envs, n_workers)


def test_every_environment_needs_a_seed(two: ParallelEnvs) -> None:
    with pytest.raises(InvalidValueError, match="Need 4 seeds, got 3"):
        two.seed_episodes([1, 2, 3])


def test_environments_of_other_spaces_are_refused_before_a_worker_starts() -> None:
    with pytest.raises(InvalidValueError, match="need equal spaces: 'reach' has Box"):
        ParallelEnvs([CONFIG, replace(CONFIG, image_size=36)], 2)


def test_tasks_may_be_mixed() -> None:
    configs = [CONFIG, replace(CONFIG, task="lift")]
    envs = ParallelEnvs(configs, 2)
    envs.seed_episodes([3, 5])
    together = envs.reset()
    for row, (config, seed) in enumerate(zip(configs, [3, 5], strict=True)):
        lone = TabletopEnv(config)
        observation, info = lone.reset(seed=seed)
        lone.close()
        assert envs.reset_infos[row]["state_hash"] == info["state_hash"]
        np.testing.assert_array_equal(together[IMAGE][row], observation[IMAGE])
    envs.close()


@pytest.mark.parametrize("moment", ["before a step", "in a large answer"])
def test_a_worker_that_dies_ends_the_run_with_what_to_do(moment: str) -> None:
    # An observation of half a megabyte does not fit between two processes.
    envs = ParallelEnvs([replace(CONFIG, image_size=416)] * 2, 2)
    envs.reset()
    actions = np.zeros((2, 6), np.float32)
    worker = envs._workers[1]
    if moment == "in a large answer":
        envs.step_async(actions)
        wait([worker.connection])  # it has begun, and cannot end before the answer is read
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    message = r"died \(exit code -9.*vlsim train --resume RUN"
    if moment == "in a large answer":
        with pytest.raises(WorkerError, match=message):
            envs.step_wait()
    with pytest.raises(WorkerError, match=message):
        envs.step(actions)
    envs.close()
    envs.close()

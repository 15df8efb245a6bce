"""An episode under way goes on elsewhere from its seed and its actions, bit for bit."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.envs.runner import EpisodeRunner
from vlsim.errors import SimulationError
from vlsim.seeding import stream

OPTIONS: dict[str, Any] = {
    "task": "reach",
    "control": "planar",
    "image_size": 32,
    "privileged": True,
    "randomization": "all",
}
HORIZON = 40
"""Of Reach in `planar`."""


@pytest.fixture
def runners() -> Iterator[list[EpisodeRunner]]:
    both = [EpisodeRunner(make_env(**OPTIONS)) for _ in range(2)]
    yield both
    for runner in both:
        runner.environment.close()


def outcome(step: Any) -> tuple[Any, ...]:
    """Return everything of a step that must be equal when it is repeated."""
    observation, reward, is_over, info = step
    pictures = {name: array.tobytes() for name, array in observation.items()}
    return pictures, reward, is_over, info["state_hash"], info["episode_seed"], info.get("episode")


def small(seed: int, step: int) -> np.ndarray:
    """Return an action that wanders about, so that an episode lasts."""
    return stream(seed, "wander", step).uniform(-0.2, 0.2, 2).astype(np.float32)


@pytest.mark.parametrize("moment", [0, 1, 23, HORIZON, HORIZON + 7])
def test_an_episode_goes_on_in_another_environment(
    runners: list[EpisodeRunner], moment: int
) -> None:
    first, second = runners
    first.begin(5)
    for t in range(moment):
        first.step(small(0, t))
    so_far = first.so_far()
    assert len(so_far.actions) == moment % HORIZON
    observation, _ = second.begin(so_far.seed, actions=so_far.actions)
    again = second.so_far()
    assert (again.seed, again.actions.tobytes()) == (so_far.seed, so_far.actions.tobytes())
    for t in range(moment, moment + HORIZON + 1):
        action = small(0, t)
        assert outcome(first.step(action)) == outcome(second.step(action))
    assert observation["proprio"].shape == (8,)


def test_the_next_episode_depends_on_the_seed_of_the_last_alone(
    runners: list[EpisodeRunner],
) -> None:
    seeds = []
    for runner, scale in zip(runners, (0.0, 1.0), strict=True):
        runner.begin(5)
        is_over = False
        step = 0
        while not is_over:
            *_, is_over, info = runner.step(scale * small(1, step))
            step += 1
        assert info["episode"]["l"] == step
        assert runner.environment.episode_seed == info["reset_info"]["episode_seed"]
        seeds.append(info["reset_info"]["episode_seed"])
    assert seeds[0] == seeds[1] != 5


def test_time_that_ran_out_is_told_from_an_end(runners: list[EpisodeRunner]) -> None:
    runner = runners[0]
    runner.begin(5)
    returns = 0.0
    for _ in range(HORIZON):
        observation, reward, is_over, info = runner.step(np.zeros(2, np.float32))
        returns += reward
    assert is_over
    assert info["TimeLimit.truncated"]
    assert info["episode"] == {"r": returns, "l": HORIZON}
    assert (info["terminal_observation"]["image"] != observation["image"]).any()


def test_an_episode_that_does_not_come_out_again_is_refused(runners: list[EpisodeRunner]) -> None:
    actions = np.zeros((HORIZON + 2, 2), np.float32)
    with pytest.raises(SimulationError, match=r"of seed 5 ends after 40 steps and had gone on for"):
        runners[0].begin(5, actions=actions)

"""`info` has the same keys and the same types in every episode, at the reset and after steps."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.lerobot import make_lerobot_envs
from vlsim.envs.tasks import TASKS

SEEDS = 25


def form(value: Any) -> Any:
    """Return what Gymnasium's vectors need to be equal: keys, types, and shapes of arrays."""
    if isinstance(value, dict):
        return {key: form(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype
    return type(value)


@pytest.mark.parametrize("randomization", [None, "all"])
@pytest.mark.parametrize(
    ("task", "control"),
    [(task, control) for task in TASKS for control in ("ee_delta", "primitive")],
)
def test_info_has_one_form(task: str, control: str, randomization: str | None) -> None:
    options: dict[str, Any] = {"randomization": randomization, "image_size": 32}
    environment = make_env(task, control, cameras=("front", "wrist"), **options)
    expected = form(environment.reset(seed=0)[1])
    for seed in range(1, SEEDS):
        assert form(environment.reset(seed=seed)[1]) == expected
    action = np.zeros(environment.control.size, np.float32)
    assert form(environment.step(action)[-1]) == expected
    environment.close()


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_vector_says_every_goal_whatever_the_order_of_the_seeds(mode: str, order: int) -> None:
    # Seed 13 has a goal with a condition and something to do otherwise, seed 10 one without.
    seeds = [10, 13][::order]
    envs = gym.make_vec(ENV_IDS["tabletop"], 2, mode, image_size=32)
    _, infos = envs.reset(seed=seeds)
    assert all(isinstance(key, str) for key in infos)
    lone = make_env("tabletop", image_size=32)
    assert infos["goal"].tolist() == [lone.reset(seed=seed)[1]["goal"] for seed in seeds]
    lone.close()
    envs.close()


@pytest.mark.parametrize("use_async", [False, True])
def test_lerobots_vectors_reset_with_any_seeds(use_async: bool) -> None:
    envs = make_lerobot_envs(["tabletop"], 2, use_async, image_size=32)["tabletop"][0]
    _, infos = envs.reset(seed=[13, 10])
    assert all(isinstance(goal, str) for goal in infos["goal"])
    envs.close()

"""Stable-Baselines3's own PPO, environments and evaluation work on vlsim as they are."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv

import vlsim
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.lerobot import LeRobotObservation

OPTIONS: dict[str, Any] = {"control": "primitive", "image_size": 36}
"""Their picture network needs 36 pixels or more."""
TINY: dict[str, Any] = {"n_steps": 4, "batch_size": 4, "n_epochs": 1, "seed": 0, "device": "cpu"}


@pytest.fixture
def envs() -> Iterator[VecEnv]:
    assert vlsim.__version__  # imported for the ids
    envs = make_vec_env(ENV_IDS["reach"], 2, seed=0, env_kwargs=OPTIONS)
    yield envs
    envs.close()


def weights(model: PPO) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.policy.parameters()]


def test_ppo_with_their_multi_input_policy_learns_a_tiny_rollout(envs: VecEnv) -> None:
    model = PPO("MultiInputPolicy", envs, **TINY)
    before = weights(model)
    model.learn(8)
    assert model.num_timesteps == 8
    moved = [not torch.equal(a, b) for a, b in zip(before, weights(model), strict=True)]
    assert all(moved), "a weight got no gradient"
    assert all(bool(torch.isfinite(w).all()) for w in weights(model))
    # One primitive is one episode, so each of the eight steps ended one.
    assert model.ep_info_buffer is not None
    assert [episode["l"] for episode in model.ep_info_buffer] == [1] * 8


def test_the_same_seed_gives_the_same_weights() -> None:
    found = []
    for _ in range(2):
        envs = make_vec_env(ENV_IDS["reach"], 2, seed=0, env_kwargs=OPTIONS)
        found.append(weights(PPO("MultiInputPolicy", envs, **TINY).learn(8)))
        envs.close()
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


@pytest.mark.filterwarnings("ignore:Training and eval env are not of the same type")
def test_their_evaluation_finds_the_successes(envs: VecEnv) -> None:
    callback = EvalCallback(envs, n_eval_episodes=2, eval_freq=4, verbose=0)
    PPO("MultiInputPolicy", envs, **TINY).learn(8, callback=callback)
    assert len(callback._is_success_buffer) == 2
    assert set(callback._is_success_buffer) <= {True, False}


def test_ppo_learns_on_lerobots_view_too() -> None:
    environment = LeRobotObservation(make_env("reach", **OPTIONS))
    model = PPO("MultiInputPolicy", environment, **TINY).learn(4)
    assert model.num_timesteps == 4
    observation, _ = environment.reset(seed=0)
    action, _ = model.predict(observation, deterministic=True)
    assert action.shape == (13,)
    assert np.isfinite(action).all()
    environment.close()

"""What PPO takes an episode to be worth whose end it does not see, and one that is over."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium import spaces
from gymnasium.wrappers import TimeLimit
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv

from vlsim.agents.config import PPOConfig
from vlsim.agents.grounded_ppo import GroundedPPO
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import TEXT_LENGTH, channels_for
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.objectives import OBJECTIVES, Batch, Objective

LENGTH, STEPS, GAMMA, VALUE = 5, 8, 0.5, 10.0


class Corridor(gym.Env[Any, Any]):
    """Rewards every step with 1, and ends after `LENGTH` of them if it `ends`."""

    observation_space = spaces.Dict(
        {
            "image": spaces.Box(0, 255, (32, 32, 3), np.uint8),
            "instruction": spaces.Box(0, 30, (TEXT_LENGTH,), np.int64),
            "proprio": spaces.Box(-10, 10, (8,), np.float32),
            "privileged": spaces.Box(-np.inf, np.inf, (10,), np.float32),
            "label_points": spaces.Box(-1, 1, (2 * len(ROLES),), np.float32),
            "label_present": spaces.MultiBinary(len(ROLES)),
        }
    )
    action_space = spaces.Box(-1, 1, (2,), np.float32)

    def __init__(self, ends: bool) -> None:
        self._ends = ends

    def reset(self, **options: Any) -> tuple[Any, dict[str, Any]]:
        self._steps = 0
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._steps += 1
        is_over = self._ends and self._steps == LENGTH
        return self.observation_space.sample(), 1.0, is_over, False, {}


class Corridors(DummyVecEnv):
    """As much of `vlsim.envs.vector` as PPO needs."""

    def seed_episodes(self, seeds: list[int]) -> None:
        self.first_seeds = seeds


class Quiet(BaseCallback):
    def _on_step(self) -> bool:
        return True


@pytest.fixture
def algorithm() -> GroundedPPO:
    torch.manual_seed(0)
    envs = Corridors(
        [
            lambda: Corridor(ends=True),
            lambda: TimeLimit(Corridor(ends=False), LENGTH),
            lambda: Corridor(ends=False),
        ]
    )
    config = PPOConfig(
        n_envs=3, n_steps=STEPS, batch_size=24, gamma=GAMMA, gae_lambda=1.0, total_timesteps=24
    )
    sizes = BackboneConfig(31, dim=8, image_size=32)
    actor = ActorConfig("planar", 20, channels_for("planar", ("reach",)), sizes, hidden=8)
    made = GroundedPPO({"actor": actor, "weights": {}}, envs, config, None, seed=0)
    with torch.no_grad():
        last = made.policy.value_net.layers[-1]
        last.weight.zero_()
        last.bias.fill_(VALUE)
    return made


def test_the_head_of_an_objective_learns_as_fast_as_the_policys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Headed(Objective):
        needs = frozenset()

        def __init__(self, config: BackboneConfig) -> None:
            super().__init__(config)
            self.head = torch.nn.Linear(8, 1)

        def forward(self, batch: Batch) -> torch.Tensor:
            return self.head(batch.image.features).square().mean()

    monkeypatch.setitem(OBJECTIVES._items, "headed", Headed)
    envs = Corridors([lambda: Corridor(ends=True)])
    sizes = BackboneConfig(31, dim=8, image_size=32)
    actor = ActorConfig("planar", 20, channels_for("planar", ("reach",)), sizes, hidden=8)
    config = PPOConfig(n_envs=1, n_steps=4, batch_size=4, n_epochs=1, total_timesteps=4)
    arguments = {"actor": actor, "weights": {"headed": 0.5}}
    policy = GroundedPPO(arguments, envs, config, None, seed=0).policy
    head = policy.objectives.members["headed"].head.weight
    others, grounding = (group["params"] for group in policy.optimizer.param_groups)
    assert any(head is parameter for parameter in others)
    assert not any(head is parameter for parameter in grounding)


def test_objectives_of_pairs_and_of_trajectories_learn_from_rollouts() -> None:
    names = ("alignment", "clip", "instruction", "matching")
    envs = Corridors([lambda: Corridor(ends=True)])
    sizes = BackboneConfig(31, dim=8, image_size=32)
    actor = ActorConfig("planar", 20, channels_for("planar", ("reach",)), sizes, hidden=8)
    config = PPOConfig(n_envs=1, n_steps=4, batch_size=4, n_epochs=1, total_timesteps=4)
    arguments = {"actor": actor, "weights": dict.fromkeys(names, 0.5)}
    algorithm = GroundedPPO(arguments, envs, config, None, seed=0)
    algorithm.learn(4)
    learned = algorithm.logger.name_to_value
    losses = [learned[f"train/{name}_rollout"] for name in names]
    assert np.isfinite(losses).all() and all(loss > 0 for loss in losses)


def discounted(steps: int, last: float) -> list[float]:
    """Return the returns of steps with reward 1, after which things are worth `last`."""
    returns: list[float] = []
    for _ in range(steps):
        last = 1 + GAMMA * last
        returns.insert(0, last)
    return returns


def test_what_is_cut_off_is_worth_what_the_critic_says_and_what_is_over_nothing(
    algorithm: GroundedPPO,
) -> None:
    algorithm._setup_learn(24, callback=None, reset_num_timesteps=False)
    callback = Quiet()
    callback.init_callback(algorithm)
    algorithm.collect_rollouts(algorithm.env, callback, algorithm.rollout_buffer, STEPS)
    returns = algorithm.rollout_buffer.returns.T
    unfinished = discounted(STEPS - LENGTH, VALUE)
    assert returns[0].tolist() == discounted(LENGTH, 0.0) + unfinished
    assert returns[1].tolist() == discounted(LENGTH, VALUE) + unfinished
    assert returns[2].tolist() == discounted(STEPS, VALUE)


def test_episodes_go_on_over_updates(algorithm: GroundedPPO) -> None:
    algorithm._setup_learn(48, callback=None, reset_num_timesteps=False)
    callback = Quiet()
    callback.init_callback(algorithm)
    starts = []
    for _ in range(2):
        algorithm.collect_rollouts(algorithm.env, callback, algorithm.rollout_buffer, STEPS)
        starts += algorithm.rollout_buffer.episode_starts[:, 0].tolist()
    assert [step for step, is_start in enumerate(starts) if is_start] == [0, 5, 10, 15]


def test_first_episodes_differ_and_depend_on_the_seed_alone(algorithm: GroundedPPO) -> None:
    assert algorithm.env is not None
    envs: Any = algorithm.env.unwrapped
    algorithm._setup_learn(24, callback=None)
    first = envs.first_seeds
    assert len(set(first)) == 3
    algorithm._setup_learn(24, callback=None)
    assert envs.first_seeds == first
    del envs.first_seeds
    algorithm._setup_learn(24, callback=None, reset_num_timesteps=False)
    assert not hasattr(envs, "first_seeds")

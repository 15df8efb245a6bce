"""PPO that keeps learning what words look like while it learns to act."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.buffers import DictRolloutBuffer, RolloutBuffer
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.type_aliases import DictRolloutBufferSamples, MaybeCallback
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import VecEnv
from torch import Tensor, nn

from vlsim.agents.actor_critic import VisionLanguagePolicy
from vlsim.agents.config import PPOConfig
from vlsim.objectives import Batch
from vlsim.objectives.base import total_loss
from vlsim.objectives.sources import Source
from vlsim.records import EpisodeSoFar
from vlsim.seeding import derive, stream


class GroundedPPO(PPO):
    """Stable-Baselines3's PPO with objectives of other data in every minibatch.

    Episodes go on from one update to the next. The state between two updates is the networks, the
    optimiser, and for each environment the seed of its episode and the actions so far, from which
    it is played again. All other chance derives from (seed, update). So a run that goes on from a
    checkpoint gives the numbers of one that was never interrupted.
    """

    policy: VisionLanguagePolicy

    def __init__(
        self,
        policy_arguments: dict[str, Any],
        env: VecEnv,
        config: PPOConfig,
        source: Source | None,
        seed: int,
        device: str = "cpu",
    ) -> None:
        """Build policy and buffer.

        Args:
            policy_arguments: Of `VisionLanguagePolicy`.
            env: With privileged observations and, as `vlsim.envs.vector` has, `seed_episodes`,
                `resume_episodes` and `episodes_so_far`.
            config: Hyperparameters.
            source: Where the objectives draw a batch from beside each minibatch, if anywhere.
            seed: Of all chance in training.
            device: Where the networks compute.
        """
        self.config, self.source, self.run_seed = config, source, seed
        super().__init__(
            VisionLanguagePolicy,
            env,
            learning_rate=lambda remaining: max(config.learning_rate * remaining, 1e-6),
            n_steps=config.n_steps,
            batch_size=config.batch_size,
            n_epochs=config.n_epochs,
            gamma=config.gamma,
            gae_lambda=config.gae_lambda,
            clip_range=config.clip_range,
            ent_coef=config.ent_coef,
            vf_coef=config.vf_coef,
            max_grad_norm=config.max_grad_norm,
            policy_kwargs={**policy_arguments, "log_std_init": config.log_std_init},
            seed=derive(seed, "networks") % 2**32,
            device=device,
        )

    @property
    def update(self) -> int:
        """Updates that are done."""
        return self.num_timesteps // self.config.update_size

    def _setup_learn(
        self,
        total_timesteps: int,
        callback: MaybeCallback = None,
        reset_num_timesteps: bool = True,
        *others: Any,
        **named: Any,
    ) -> tuple[int, BaseCallback]:
        """Say which episodes come first, if this is about to reset the environments.

        A first episode depends on the run's seed and the environment's number, each later one on
        the seed of the one before.
        """
        if reset_num_timesteps or self._last_obs is None:
            assert self.env is not None
            seeds = [derive(self.run_seed, "episodes", i) for i in range(self.env.num_envs)]
            self._resumable.seed_episodes(seeds)
        return super()._setup_learn(
            total_timesteps, callback, reset_num_timesteps, *others, **named
        )

    def resume_episodes(self, episodes: Sequence[EpisodeSoFar]) -> None:
        """Go on with the episodes that `episodes_so_far` returned, maybe in another process."""
        assert self.env is not None
        self._resumable.resume_episodes(episodes)
        self._last_obs = self.env.reset()  # type: ignore[assignment]
        self._last_episode_starts = np.array([len(e.actions) == 0 for e in episodes])

    @property
    def _resumable(self) -> Any:  # noqa: ANN401
        assert self.env is not None
        return self.env.unwrapped

    def episodes_so_far(self) -> list[EpisodeSoFar]:
        """Return the episode that is under way in each environment."""
        episodes: list[EpisodeSoFar] = self._resumable.episodes_so_far()
        return episodes

    def collect_rollouts(
        self,
        env: VecEnv,
        callback: BaseCallback,
        rollout_buffer: RolloutBuffer,
        n_rollout_steps: int,
    ) -> bool:
        """Go on with the episodes and collect them, with the update's own chance."""
        set_random_seed(derive(self.run_seed, "update", self.update) % 2**32)
        self._rollout_update = self.update
        return super().collect_rollouts(env, callback, rollout_buffer, n_rollout_steps)

    def train(self) -> None:
        """Learn from the rollout: PPO's losses and those of the objectives."""
        self.policy.set_training_mode(True)
        rate = self.lr_schedule(self._current_progress_remaining)
        others, grounding = self.policy.optimizer.param_groups
        others["lr"], grounding["lr"] = rate, rate * self.config.grounding_lr_scale
        assert isinstance(self.rollout_buffer, DictRolloutBuffer)
        rng = stream(self.run_seed, "pool", self._rollout_update)
        sums: dict[str, float] = {}
        count = 0
        for _ in range(self.n_epochs):
            for rows in self.rollout_buffer.get(self.batch_size):
                losses, watched = self._losses(rows, rng)
                total = total_loss(losses, f"in update {self._rollout_update} of PPO")
                self.policy.optimizer.zero_grad()
                torch.autograd.backward(total)
                nn.utils.clip_grad_norm_(self.policy.parameters(), self.max_grad_norm)
                self.policy.optimizer.step()
                count += 1
                for name, value in {**losses, **watched}.items():
                    sums[name] = sums.get(name, 0.0) + value.item()
        self._n_updates += self.n_epochs
        for name, summed in sums.items():
            self.logger.record(f"train/{name}", summed / count)
        self.logger.record("train/std", self.policy.log_std.exp().mean().item())

    def _losses(
        self,
        rows: DictRolloutBufferSamples,
        rng: np.random.Generator,
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return the weighted losses of one minibatch, and numbers to watch."""
        values, log_prob, entropy = self.policy.evaluate_actions(rows.observations, rows.actions)
        losses: dict[str, Tensor] = {
            "value_loss": self.vf_coef * nn.functional.mse_loss(rows.returns, values.flatten())
        }
        ratio = torch.exp(log_prob - rows.old_log_prob)
        if self._rollout_update >= self.config.critic_warmup:
            advantages = rows.advantages
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
            clip = self.config.clip_range
            losses["policy_loss"] = -torch.min(
                advantages * ratio, advantages * ratio.clamp(1 - clip, 1 + clip)
            ).mean()
            if self.ent_coef and entropy is not None:
                losses["entropy_loss"] = -self.ent_coef * entropy.mean()
        objectives = self.policy.objectives
        of_rollout = objectives(self.policy.extractor.batch_with(rows.actions))
        losses |= {f"{name}_rollout": loss for name, loss in of_rollout.items()}
        if self.source is not None:
            drawn = self.source.draw(rng, self.device)
            losses |= objectives(Batch(self.policy.actor, drawn, objectives.heads))
        with torch.no_grad():
            clipped = (ratio - 1).abs() > self.config.clip_range
        return losses, {"clip_fraction": clipped.float().mean()}

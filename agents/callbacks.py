"""What is watched while PPO learns: metrics, a progress bar, checkpoints."""

import sys
import time
from pathlib import Path
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback
from tqdm import tqdm

from vlsim.agents.checkpoint import Position, save_checkpoint
from vlsim.agents.grounded_ppo import GroundedPPO
from vlsim.runs import append_metrics

PPO_STAGE = "ppo"


class Watch(BaseCallback):
    """Writes metrics after every update, checkpoints every few, and shows a progress bar."""

    model: GroundedPPO

    def __init__(self, run: Path, checkpoint_every: int) -> None:
        """Watch the run in `run`."""
        super().__init__()
        self._run, self._every = run, checkpoint_every
        self._since = 0.0
        self._frames_before = 0
        self._episodes: list[dict[str, Any]] = []
        self._returns: list[float] = []
        self._sums: Any = None
        self._bar: Any = None

    def _on_training_start(self) -> None:
        self._bar = tqdm(
            total=self.model.config.n_updates * self.model.config.update_size,
            initial=self.num_timesteps,
            desc="PPO",
            unit=" frames",
            disable=not sys.stderr.isatty(),
        )
        self._since = time.monotonic()

    def _on_rollout_start(self) -> None:
        # Called after one update has ended and before the next begins: here a checkpoint is whole.
        if self._episodes:
            self._write()
        if self.model.update and self.model.update % self._every == 0:
            self.checkpoint()
        self._episodes, self._returns = [], []
        self._frames_before, self._since = self.num_timesteps, time.monotonic()
        self._sums = [0.0] * self.training_env.num_envs

    def _on_step(self) -> bool:
        rewards, dones, infos = (self.locals[name] for name in ("rewards", "dones", "infos"))
        for i, (reward, done, info) in enumerate(zip(rewards, dones, infos, strict=True)):
            self._sums[i] += float(reward)
            if done:
                self._episodes.append(info)
                self._returns.append(self._sums[i])
                self._sums[i] = 0.0
        self._bar.update(self.training_env.num_envs)
        return True

    def _on_rollout_end(self) -> None:
        for name, value in self._summary().items():
            self.logger.record(f"rollout/{name}", value)
        self.logger.record("time/rollout_seconds", time.monotonic() - self._since)

    def _on_training_end(self) -> None:
        self._write()
        self.checkpoint()
        self._bar.close()

    def checkpoint(self) -> None:
        """Write a checkpoint of this moment; only right between two updates."""
        policy = self.model.policy
        save_checkpoint(self._run, Position(PPO_STAGE, self.model.update), policy, policy.optimizer)

    def _summary(self) -> dict[str, float]:
        n = len(self._episodes)
        if not n:
            return {"episodes": 0}
        return {
            "episodes": n,
            "success_rate": sum(bool(e["success_once"]) for e in self._episodes) / n,
            "referent_accuracy": sum(e["attempted"] == e["referent"] for e in self._episodes) / n,
            "return": sum(self._returns) / n,
        }

    def _write(self) -> None:
        frames = self.num_timesteps - self._frames_before
        rate = frames / (time.monotonic() - self._since)
        summary = self._summary()
        losses = {
            name: value
            for name, value in self.logger.name_to_value.items()
            if name.startswith("train/")
        }
        append_metrics(
            self._run,
            {
                "stage": PPO_STAGE,
                "update": self.model.update,
                "frames": self.num_timesteps,
                "frames_per_second": rate,
                **summary,
                **losses,
            },
        )
        self._bar.set_postfix(success=f"{summary.get('success_rate', 0):.2f}", fps=f"{rate:.0f}")
        self.logger.record("time/frames_per_second", rate)
        self.logger.dump(step=self.num_timesteps)

"""What happens beside PPO's learning: metrics, progress, checkpoints."""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from stable_baselines3.common.callbacks import BaseCallback

from vlsim.agents.episode_log import EpisodeLog, LogState, summary
from vlsim.agents.grounded_ppo import GroundedPPO
from vlsim.progress import Progress
from vlsim.reader import read_as
from vlsim.records import EpisodeSoFar
from vlsim.runs import append_metrics
from vlsim.training.checkpoint import (
    STATE,
    Extra,
    Position,
    load_checkpoint,
    load_extra,
    save_checkpoint,
)

PPO_STAGE = "ppo"


class TrainingCallback(BaseCallback):
    """Writes metrics after every update and a checkpoint after every few.

    Args:
        run: The run folder.
        checkpoint_every: Updates between two checkpoints.
        log: The episodes so far.
        progress: Shows the frames that are done.
    """

    model: GroundedPPO

    def __init__(
        self, run: Path, checkpoint_every: int, log: EpisodeLog, progress: Progress
    ) -> None:
        """See the class."""
        super().__init__()
        self._run, self._every, self._log, self._progress = run, checkpoint_every, log, progress

    def _on_training_start(self) -> None:
        self._written = self._saved = self.model.update

    def _on_rollout_start(self) -> None:
        # Called after one update has ended and before the next begins: here a checkpoint is whole.
        self._finish_update()
        if self.model.update % self._every == 0:
            self._save()
        self._since = time.monotonic()

    def _on_step(self) -> bool:
        # `num_timesteps` counts this step already, `update` would be the next one after the last.
        update = (self.num_timesteps - 1) // self.model.config.update_size
        self._log.step(update, self.locals["dones"], self.locals["infos"])
        self._progress.advance(self.training_env.num_envs)
        return True

    def _on_rollout_end(self) -> None:
        self._summary = summary(self._log.release())
        for name, value in self._summary.items():
            self.logger.record(f"rollout/{name}", value)
        self.logger.record("time/rollout_seconds", time.monotonic() - self._since)

    def _on_training_end(self) -> None:
        self._finish_update()
        self._save()

    def _finish_update(self) -> None:
        """Write the metrics of the update that has just ended, if there is one."""
        if self.model.update == self._written:
            return
        self._written = self.model.update
        seconds = time.monotonic() - self._since
        rate = self.model.config.update_size / seconds
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
                "seconds": seconds,
                "frames_per_second": rate,
                **self._summary,
                **losses,
            },
        )
        if self._summary["episodes"]:
            n, rate_of_success = self._summary["episodes"], self._summary["success_rate"]
            self._progress.advance(0, {"success": f"{rate_of_success:.2f} (n={n})"})
        self.logger.record("time/frames_per_second", rate)
        self.logger.dump(step=self.num_timesteps)

    def _save(self) -> None:
        """Write a checkpoint of this moment, unless it is that of the last one."""
        if self.model.update == self._saved:
            return
        self._saved = self.model.update
        episodes = self.model.episodes_so_far()
        extra = Extra(
            {f"actions.{i}": torch.from_numpy(e.actions) for i, e in enumerate(episodes)},
            {"seeds": [e.seed for e in episodes], "log": vars(self._log.state)},
        )
        policy = self.model.policy
        position = Position(PPO_STAGE, self.model.update)
        save_checkpoint(self._run, position, policy, policy.optimizer, extra)


@dataclass(frozen=True)
class _State:
    """What a checkpoint of PPO has beside networks and optimiser."""

    seeds: list[int]
    """Of the episode that is under way in each environment."""
    log: LogState


def restore(folder: Path, position: Position, algorithm: GroundedPPO, log: EpisodeLog) -> None:
    """Bring PPO and its log to where they were when the checkpoint in `folder` was written."""
    load_checkpoint(folder, algorithm.policy, algorithm.policy.optimizer)
    algorithm.num_timesteps = position.step * algorithm.config.update_size
    extra = load_extra(folder)
    state = read_as(_State, extra.state, str(folder / STATE))
    log.restore(state.log)
    algorithm.resume_episodes(
        [
            EpisodeSoFar(seed, extra.tensors[f"actions.{i}"].numpy())
            for i, seed in enumerate(state.seeds)
        ]
    )

"""A training run from its first still scene to its policy bundle, stoppable at any moment."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.logger import configure
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import VecEnv

from vlsim.agents.actor_critic import VisionLanguagePolicy
from vlsim.agents.callbacks import PPO_STAGE, TrainingCallback, restore
from vlsim.agents.config import TrainConfig
from vlsim.agents.episode_log import EpisodeLog
from vlsim.agents.grounded_ppo import GroundedPPO
from vlsim.agents.load import find_model
from vlsim.agents.saving import actor_config, save_policy
from vlsim.data.demonstrations import load_demonstrations
from vlsim.data.still_pool import StillPool, draw_pool, join
from vlsim.deploy.start import start_from
from vlsim.interface.observation import Channels
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.config import ActorConfig
from vlsim.models.device import check_device
from vlsim.models.precision import choose_precision
from vlsim.objectives.base import learned_from
from vlsim.objectives.motion import share_moved
from vlsim.objectives.referent import share_found
from vlsim.objectives.sources import DemonstrationSource, StillSource
from vlsim.progress import Progress
from vlsim.robots.catalogue import ROBOTS
from vlsim.runs import drop_metrics
from vlsim.scenarios.config import ScenarioConfig
from vlsim.seeding import derive
from vlsim.training.checkpoint import Position, latest_checkpoint
from vlsim.training.learning import learn
from vlsim.training.stage import SupervisedStage

GROUNDING_STAGE, IMITATION_STAGE = "grounding", "imitation"
STAGES = (GROUNDING_STAGE, IMITATION_STAGE, PPO_STAGE)
GROUNDED = "grounded"
"""Folder of the bundle before PPO, to measure what PPO adds."""
POLICY = "policy"
"""Folder of the bundle at the end."""
HELD_OUT_SCENES = 512
"""Still scenes that are not learned from, and tell how many referents are found."""


def train(
    config: TrainConfig,
    run: Path,
    scenario: ScenarioConfig,
    channels: Channels,
    make_envs: Callable[[], VecEnv],
) -> Path:
    """Carry out the run in `run`, from its newest checkpoint if it has one.

    Args:
        config: What to do.
        run: The run folder.
        scenario: What the task draws its scenes from.
        channels: What is measured and done in the task.
        make_envs: Makes the environments, with privileged observations.

    Returns:
        The folder of the policy bundle.
    """
    check_device(config.device)
    torch.set_num_threads(config.threads)
    checkpoint = latest_checkpoint(run, STAGES)
    drop_metrics(run, lambda line: _is_after(line, checkpoint[1] if checkpoint else None))
    weights = config.objectives.by_name
    pool = draw_stills(config, scenario) if learned_from(StillSource.holds, weights) else None
    envs = make_envs()
    try:
        set_random_seed(derive(config.seed, "networks") % 2**32)
        actor = actor_config(config, VOCABULARY_SIZE, scenario, channels)
        arguments = {"actor": actor, "weights": weights, "blind": config.blind}
        source = _stills(config, pool, actor) if pool is not None else None
        algorithm = GroundedPPO(arguments, envs, config.ppo, source, config.seed, config.device)
        if config.backbone:
            start_from(algorithm.policy.actor, find_model(config.backbone))
        precision = choose_precision(config.precision, config.device)
        algorithm.policy.actor.backbone.precision = precision
        algorithm.set_logger(configure(str(run / "tensorboard"), ["tensorboard"]))
        log = EpisodeLog(config.ppo.n_envs)
        if checkpoint and checkpoint[1].stage == PPO_STAGE:
            restore(*checkpoint, algorithm, log)
        else:
            if pool is not None and config.grounding.steps:
                _ground(config, run, algorithm.policy, pool)
            if config.imitation.steps:
                _imitate(config, run, algorithm.policy, source)
            save_policy(run / GROUNDED, algorithm.policy.actor, config)
        _act(config, run, algorithm, log)
    finally:
        envs.close()
    return save_policy(run / POLICY, algorithm.policy.actor, config)


def _is_after(line: Mapping[str, Any], position: Position | None) -> bool:
    """Whether a line of metrics tells of something that happened after `position`."""
    if position is None:
        return True
    stage, reached = STAGES.index(line["stage"]), STAGES.index(position.stage)
    step = line["update"] if line["stage"] == PPO_STAGE else line["step"]
    return stage > reached or (stage == reached and step > position.step)


def draw_stills(config: TrainConfig, scenario: ScenarioConfig) -> StillPool:
    """Return the still scenes that a run learns from; shows how far it is on stderr."""
    parts: list[StillPool] = []
    with Progress("Still scenes", config.still.n_scenes, "scenes") as progress:
        for part in draw_pool(
            scenario,
            config.still,
            config.image_size,
            derive(config.seed, "pool"),
            config.workers,
            instruction_set=config.instruction_set,
            robot=ROBOTS[config.robot],
            randomization=config.randomization,
        ):
            parts.append(part)
            progress.advance(len(part))
    pool = join(parts)
    # A blind run must not learn from words either, or it would know what they look like.
    return replace(pool, tokens=np.zeros_like(pool.tokens)) if config.blind else pool


def _stills(config: TrainConfig, pool: StillPool, actor: ActorConfig) -> StillSource:
    return StillSource(pool, actor, config.objectives.pool_batch, config.objectives.word_dropout)


def _ground(config: TrainConfig, run: Path, policy: VisionLanguagePolicy, pool: StillPool) -> None:
    kept_back = min(HELD_OUT_SCENES, len(pool) // 10)
    learned, held_out = pool.head(len(pool) - kept_back), pool.tail(kept_back)
    stage = SupervisedStage(
        GROUNDING_STAGE,
        policy.actor,
        policy.objectives,
        [_stills(config, learned, policy.actor.config)],
        config.grounding,
        config.seed,
    )

    def measure() -> dict[str, float]:
        roles = share_found(policy.actor.backbone, held_out)
        measured = {f"found/{role}": share for role, share in roles.items()}
        if "motion" in config.objectives.by_name:
            measured["right/motions"] = share_moved(policy.actor, held_out)
        return measured

    learn(run, stage, measure)


def _imitate(
    config: TrainConfig, run: Path, policy: VisionLanguagePolicy, stills: StillSource | None
) -> None:
    shown = DemonstrationSource(
        load_demonstrations(config.demonstrations, config.imitation.episodes),
        policy.actor.config,
        config.imitation.batch_size,
        config.objectives.word_dropout,
        blind=config.blind,
    )
    stage = SupervisedStage(
        IMITATION_STAGE,
        policy.actor,
        policy.objectives,
        [shown] if stills is None else [shown, stills],
        config.imitation,
        config.seed,
    )
    learn(run, stage, dict)


def _act(config: TrainConfig, run: Path, algorithm: GroundedPPO, log: EpisodeLog) -> None:
    total = config.ppo.n_updates * config.ppo.update_size
    done = algorithm.num_timesteps
    if done >= total:
        return
    with Progress("PPO", total, "frames", initial=done) as progress:
        algorithm.learn(
            total - done,
            callback=TrainingCallback(run, config.checkpoint_every, log, progress),
            # The callback dumps the log, when the losses of an update are in it too.
            log_interval=None,  # type: ignore[arg-type]
            reset_num_timesteps=False,
        )

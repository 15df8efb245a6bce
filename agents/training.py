"""A training run from its first still scene to its policy bundle, stoppable at any moment."""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from stable_baselines3.common.logger import configure
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import VecEnv
from torch import nn
from tqdm import tqdm

from vlsim.agents.bundles import actor_config, save_policy
from vlsim.agents.callbacks import PPO_STAGE, Watch
from vlsim.agents.checkpoint import Position, latest_checkpoint, load_checkpoint, save_checkpoint
from vlsim.agents.config import TrainConfig
from vlsim.agents.grounded_ppo import GroundedPPO
from vlsim.agents.grounding import GroundingStage, share_found
from vlsim.agents.imitation import ImitationStage
from vlsim.data.demonstrations import load_demonstrations
from vlsim.data.scenarios import ScenarioConfig
from vlsim.data.still_pool import StillPool, draw_pool, join
from vlsim.errors import InvalidValueError
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.observation import Channels
from vlsim.runs import append_metrics
from vlsim.scene.robots import ROBOTS
from vlsim.seeding import derive

logger = logging.getLogger(__name__)

GROUNDING_STAGE, IMITATION_STAGE = "grounding", "imitation"
STAGES = (GROUNDING_STAGE, IMITATION_STAGE, PPO_STAGE)
GROUNDED = "grounded"
"""Folder of the bundle before PPO, to measure what PPO adds."""
POLICY = "policy"
"""Folder of the bundle at the end."""
CHECKPOINT_STEPS = 500
"""Grounding steps between two checkpoints."""
REPORT_STEPS = 100
"""Grounding steps between two lines of metrics."""
HELD_OUT_SCENES = 512
"""Still scenes that are not learned from, and tell how many referents are found."""


def check_device(name: str) -> str:
    """Return a device that torch can use, or say why it cannot."""
    try:
        torch.zeros(1, device=name)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).split("\n")[0]
        raise InvalidValueError(
            f"The device '{name}' cannot be used here ({reason}). Use --device cpu, or install "
            "a build of torch for it; `vlsim doctor` shows what works."
        ) from error
    return name


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
    pool = _draw(config, scenario) if config.objectives.any else None
    envs = make_envs()
    try:
        set_random_seed(derive(config.seed, "networks") % 2**32)
        actor = actor_config(config, VOCABULARY_SIZE, scenario.n_words, channels)
        arguments = {"actor": actor, "blind": config.blind}
        algorithm = GroundedPPO(
            arguments, envs, config.ppo, config.objectives, pool, config.seed, config.device
        )
        algorithm.set_logger(configure(str(run / "tensorboard"), ["tensorboard"]))
        checkpoint = latest_checkpoint(run, STAGES)
        if checkpoint and checkpoint[1].stage == PPO_STAGE:
            load_checkpoint(checkpoint[0], algorithm.policy, algorithm.policy.optimizer)
            algorithm.num_timesteps = checkpoint[1].step * config.ppo.update_size
        else:
            if pool is not None and config.grounding.steps:
                _ground(config, run, algorithm.policy.actor, pool)
            if config.imitation.steps:
                _imitate(config, run, algorithm.policy.actor, pool)
            save_policy(run / GROUNDED, algorithm.policy.actor, config)
        _act(config, run, algorithm)
    finally:
        envs.close()
    return save_policy(run / POLICY, algorithm.policy.actor, config)


def _draw(config: TrainConfig, scenario: ScenarioConfig) -> StillPool:
    began = time.monotonic()
    parts: list[StillPool] = []
    with tqdm(
        total=config.still.n_scenes,
        desc="Still scenes",
        unit=" scenes",
        disable=not sys.stderr.isatty(),
    ) as bar:
        seed = derive(config.seed, "pool")
        for part in draw_pool(
            scenario,
            config.still,
            config.image_size,
            seed,
            config.workers,
            robot=ROBOTS[config.robot],
            randomization=config.randomization,
        ):
            parts.append(part)
            bar.update(len(part))
    logger.info("%d still scenes in %.0f s", config.still.n_scenes, time.monotonic() - began)
    pool = join(parts)
    # A blind run must not learn from words either, or it would know what they look like.
    return replace(pool, tokens=np.zeros_like(pool.tokens)) if config.blind else pool


def _ground(config: TrainConfig, run: Path, actor: Actor, pool: StillPool) -> None:
    network = actor.grounding
    kept_back = min(HELD_OUT_SCENES, len(pool) // 10)
    stage = GroundingStage(
        network, pool.head(len(pool) - kept_back), config.objectives, config.grounding, config.seed
    )
    held_out = pool.tail(kept_back)
    _learn(run, GROUNDING_STAGE, stage, network, lambda: share_found(network, held_out))


def _imitate(config: TrainConfig, run: Path, actor: Actor, pool: StillPool | None) -> None:
    stage = ImitationStage(
        actor,
        load_demonstrations(config.demonstrations, config.imitation.episodes),
        pool,
        config.objectives,
        config.imitation,
        config.seed,
        blind=config.blind,
    )
    _learn(run, IMITATION_STAGE, stage, actor, dict)


def _learn(
    run: Path,
    name: str,
    stage: GroundingStage | ImitationStage,
    network: nn.Module,
    measure: Callable[[], dict[str, float]],
) -> None:
    """Carry a stage to its end from its newest checkpoint, with metrics and a progress bar."""
    checkpoint = latest_checkpoint(run, (name,))
    if checkpoint:
        load_checkpoint(checkpoint[0], network, stage.optimizer)
        stage.step = checkpoint[1].step
    began, total = time.monotonic(), stage.config.steps

    def on_step(step: int, losses: dict[str, float]) -> None:
        bar.update()
        if step % REPORT_STEPS == 0 or step == total:
            found = measure()
            bar.set_postfix({f"{role} found": f"{share:.2f}" for role, share in found.items()})
            append_metrics(
                run,
                {
                    "stage": name,
                    "step": step,
                    "seconds": time.monotonic() - began,
                    **{f"loss/{name}": value for name, value in losses.items()},
                    **{f"found/{role}": share for role, share in found.items()},
                },
            )
        if step % CHECKPOINT_STEPS == 0 or step == total:
            save_checkpoint(run, Position(name, step), network, stage.optimizer)

    with tqdm(
        total=total,
        initial=stage.step,
        desc=name.capitalize(),
        unit=" steps",
        disable=not sys.stderr.isatty(),
    ) as bar:
        stage.run(on_step)


def _act(config: TrainConfig, run: Path, algorithm: GroundedPPO) -> None:
    total = config.ppo.n_updates * config.ppo.update_size
    remaining = total - algorithm.num_timesteps
    if remaining <= 0:
        return
    algorithm.learn(
        remaining,
        callback=Watch(run, config.checkpoint_every),
        # The callback dumps the log, when the losses of an update are in it too.
        log_interval=None,  # type: ignore[arg-type]
        reset_num_timesteps=False,
    )

"""Train a policy from a preset. Ctrl-C is safe: `--resume` goes on where a run stopped.

Examples:
  vlsim train demo --seed 1 --name second
  vlsim train demo --robot iiwa --randomization light,background
  vlsim train --resume runs/demo
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import tyro

from vlsim.agents.config import (
    CAMERA,
    GroundingStageConfig,
    ObjectiveConfig,
    PPOConfig,
    TrainConfig,
)
from vlsim.data.still_pool import StillConfig
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.scripts import arena
from vlsim.scripts.options import mistakes_in_one_line, read_options

PROG = "vlsim train"


@dataclass(frozen=True)
class TrainCommand(TrainConfig):
    """What to train, and where to put it."""

    out: Path = Path("runs")
    """Folder that receives the run folder."""
    name: str = ""
    """Name of the run folder; empty: the preset's name."""

    @property
    def config(self) -> TrainConfig:
        """What decides the outcome: everything but the folder."""
        return TrainConfig(**{f.name: getattr(self, f.name) for f in fields(TrainConfig)})


@dataclass(frozen=True)
class ResumeCommand:
    """Go on with a run that was stopped."""

    resume: Path
    """The run folder."""


PRESETS: dict[str, tuple[str, TrainConfig]] = {
    "demo": (
        "Put the named object in the named place, one pick-and-place per step. 10 minutes.",
        TrainConfig(),
    ),
    "reach": (
        "Bring the gripper to the named object, closed loop at 10 Hz. 20 minutes.",
        TrainConfig(
            task="reach",
            control="ee_delta",
            still=StillConfig(n_scenes=16_000, moving_arm=True),
            grounding=GroundingStageConfig(steps=1200),
            ppo=PPOConfig(
                total_timesteps=64_000,
                n_envs=16,
                n_steps=100,
                batch_size=400,
                n_epochs=3,
                gamma=0.95,
                log_std_init=-1.0,
                critic_warmup=2,
            ),
        ),
    ),
    "smoke": (
        "A run of seconds that learns nothing, to see that everything works.",
        TrainConfig(
            still=StillConfig(n_scenes=64, n_sentences=2),
            objectives=ObjectiveConfig(pool_batch=16),
            grounding=GroundingStageConfig(steps=4),
            ppo=PPOConfig(
                total_timesteps=8, n_envs=2, n_steps=2, batch_size=4, n_epochs=1, critic_warmup=1
            ),
            checkpoint_every=1,
        ),
    ),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim train`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if any(a == "--resume" or a.startswith("--resume=") for a in arguments):
        resume(read_options(ResumeCommand, arguments, PROG).resume)
        return
    commands = {
        name: (words, TrainCommand(**{f.name: getattr(config, f.name) for f in fields(config)}))
        for name, (words, config) in PRESETS.items()
    }
    preset = next((a for a in arguments if not a.startswith("-")), "")
    if preset and preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    with mistakes_in_one_line(PROG):
        chosen = tyro.extras.overridable_config_cli(
            commands, prog=PROG, description=__doc__, args=arguments
        )
    start(chosen.config, chosen.out, chosen.name or preset)


def start(config: TrainConfig, out: Path, name: str) -> Path:
    """Make the run folder and train. Returns the run folder."""
    from vlsim.agents.training import check_device
    from vlsim.runs import start_run

    check_device(config.device)
    _check(config)
    run = start_run(out, name, config, device=config.device)
    _train(config, run)
    return run


def resume(run: Path) -> None:
    """Go on with the run in `run`."""
    from vlsim.runs import config_from_json

    if not (run / "config.json").is_file():
        raise InvalidValueError(
            f"{run} is no run folder: it has no config.json. Start one with: {PROG} PRESET"
        )
    _train(config_from_json(TrainConfig, run / "config.json"), run)


def _check(config: TrainConfig) -> None:
    """Refuse what cannot be done or learned, before the run has a folder."""
    from vlsim.agents.bundles import actor_config
    from vlsim.data.demonstrations import read_manifest
    from vlsim.envs.ability import check_learnable
    from vlsim.envs.tasks import TASKS
    from vlsim.language.vocabulary import VOCABULARY_SIZE
    from vlsim.scene.camera import check_image_size
    from vlsim.scene.robots import ROBOTS

    check_image_size(config.image_size)
    arena.check_task(config.task)
    arena.check_ability(config.task, config.control, config.robot)
    check_learnable(TASKS[config.task], config.control)
    arena.check_randomization(config.randomization)
    if config.cameras != CAMERA:
        raise InvalidValueError(
            f"cameras must be '{CAMERA}' in training, got '{config.cameras}': vlsim's networks "
            "read no other picture. To see what others show, use: vlsim record --cameras"
        )
    task, robot = TASKS[config.task], ROBOTS[config.robot]
    channels = task.channels(config.control, robot)
    actor_config(config, VOCABULARY_SIZE, task.scenario.n_words, channels)
    if config.imitation.steps:
        shown = read_manifest(Path(config.demonstrations))["request"]
        for name, wanted in (("control", config.control), ("robot", config.robot)):
            if shown[name] != wanted:
                raise InvalidValueError(
                    f"{config.demonstrations} holds demonstrations of {name} '{shown[name]}', not "
                    f"'{wanted}'; collect others with: "
                    f"vlsim collect --task {config.task} --{name} {wanted}"
                )


def _train(config: TrainConfig, run: Path) -> None:
    from vlsim.agents.training import train
    from vlsim.envs.tasks import TASKS
    from vlsim.envs.vector import ParallelEnvs
    from vlsim.scene.robots import ROBOTS

    task = TASKS[config.task]
    options = {
        "task": config.task,
        "control": config.control,
        "robot": config.robot,
        "image_size": config.image_size,
        "randomization": config.randomization,
        "privileged": True,
    }
    try:
        policy = train(
            config,
            run,
            task.scenario,
            task.channels(config.control, ROBOTS[config.robot]),
            lambda: ParallelEnvs(options, config.ppo.n_envs, config.workers),
        )
    except KeyboardInterrupt:
        print(f"Stopped. Go on with: {PROG} --resume {run}", file=sys.stderr)
        raise
    print(f"Policy: {policy}\nMeasure it with: vlsim benchmark --policy {run} --task {config.task}")


if __name__ == "__main__":
    main()

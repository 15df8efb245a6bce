"""Train a policy from a preset. Ctrl-C is safe: `--resume RUN` continues from the last checkpoint.

Examples:
  vlsim train demo --seed 1 --name second
  vlsim train demo --robot iiwa --randomization light,background
  vlsim train demo --backbone runs/vqa --vision space_to_depth
  vlsim train --resume runs/demo
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, make_dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from vlsim.agents.config import TrainConfig
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.scripts import checks
from vlsim.scripts.options import read_options
from vlsim.scripts.presets import PRESETS

PROG = "vlsim train"
HELP_OF_RESUME = "Continue the run in the folder RUN from its last checkpoint; takes no preset."


@dataclass(frozen=True)
class TrainCommand(TrainConfig):
    """What to train, and where to put it."""

    out: Path = Path("runs")
    """Folder in which the run folder is made."""
    name: str = ""
    """Name of the run folder; default: the name of the preset."""

    @property
    def config(self) -> TrainConfig:
        """What decides the outcome: everything but the folder."""
        return TrainConfig(**{f.name: getattr(self, f.name) for f in fields(TrainConfig)})


@dataclass(frozen=True)
class ResumeCommand:
    """Go on with a run that was stopped."""

    resume: Annotated[Path, tyro.conf.arg(metavar="RUN", help=HELP_OF_RESUME)]


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim train`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if any(a == "--resume" or a.startswith("--resume=") for a in arguments):
        resume(read_options(ResumeCommand, arguments, PROG).resume)
        return
    if arguments in (["-h"], ["--help"]):
        read_options(_overview(), arguments, PROG, __doc__)
    name = arguments[0] if arguments else ""
    if not name or name.startswith("-"):
        raise InvalidValueError(
            f"Name a preset first ({', '.join(PRESETS)}), or a run: {PROG} --resume RUN. "
            f"See: {PROG} --help"
        )
    if name not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    preset = PRESETS[name]
    values = {f.name: getattr(preset.config, f.name) for f in fields(TrainConfig)}
    command = read_options(
        TrainCommand, arguments[1:], f"{PROG} {name}", preset.summary, TrainCommand(**values)
    )
    start(command.config, command.out, command.name or name)


def _overview() -> type[Any]:
    """Return the options and presets of `vlsim train --help` as a dataclass."""
    presets = tyro.extras.subcommand_type_from_defaults(
        {name: preset.config for name, preset in PRESETS.items()},
        {name: preset.summary for name, preset in PRESETS.items()},
        prefix_names=False,
    )
    resume = Annotated[
        Path | None,
        tyro.conf.arg(metavar="RUN", help=HELP_OF_RESUME, help_behavior_hint=""),
    ]
    return make_dataclass("Overview", [("preset", presets), ("resume", resume, None)], frozen=True)


def start(config: TrainConfig, out: Path, name: str) -> Path:
    """Make the run folder and train. Returns the run folder."""
    from vlsim.models.device import check_device
    from vlsim.models.precision import choose_precision
    from vlsim.runs import start_run
    from vlsim.scripts.learnability import doubts

    check_device(config.device)
    # Chosen once: a run that is resumed on another machine goes on with the same numbers.
    config = replace(config, precision=choose_precision(config.precision, config.device))
    _check(config)
    run = start_run(out, name, config, device=config.device)
    for doubt in doubts(config):
        print(f"vlsim: Warning: {doubt}", file=sys.stderr)
    _train(config, run)
    return run


def resume(run: Path) -> None:
    """Go on with the run in `run`, or say that it is finished."""
    from vlsim.agents.summary import run_summary
    from vlsim.agents.training import POLICY, STAGES
    from vlsim.deploy.manifest import MANIFEST
    from vlsim.runs import config_from_json
    from vlsim.training.checkpoint import latest_checkpoint

    if not (run / "config.json").is_file():
        raise InvalidValueError(
            f"{run} is no run folder: it has no config.json. Start one with: {PROG} PRESET"
        )
    config = config_from_json(TrainConfig, run / "config.json")
    if (run / POLICY / MANIFEST).is_file():
        print(f"{run} is finished; there is nothing to go on with.\n{run_summary(config, run)}")
        return
    checkpoint = latest_checkpoint(run, STAGES)
    if checkpoint is None:
        print(f"{run} has no checkpoint yet: it begins again.", file=sys.stderr)
    else:
        position = checkpoint[1]
        print(f"{run} goes on after {position} (still scenes are drawn again).", file=sys.stderr)
    _train(config, run)


def _check(config: TrainConfig) -> None:
    """Refuse what cannot be done or learned, before the run has a folder."""
    from vlsim.agents.load import find_model
    from vlsim.agents.saving import actor_config
    from vlsim.deploy.start import start_from
    from vlsim.envs.tasks import TASKS
    from vlsim.interface.cameras import check_image_size
    from vlsim.language.vocabulary import VOCABULARY_SIZE
    from vlsim.models.actor import Actor
    from vlsim.objectives.sources import DemonstrationSource, check_objectives
    from vlsim.robots.catalogue import ROBOTS
    from vlsim.scripts.learnability import stages
    from vlsim.training.stage import check_used

    check_image_size(config.image_size)
    checks.check_task(config.task)
    checks.check_ability(config.task, config.control, config.robot)
    checks.check_randomization(config.randomization)
    checks.split_cameras(config.cameras)
    weights = config.objectives.by_name
    check_objectives(weights)
    if config.imitation.steps:
        check_used(DemonstrationSource, weights)
    if not stages(config):
        raise InvalidValueError(
            f"This run would learn nothing: --grounding.steps is {config.grounding.steps} with "
            f"--objectives.weights '{config.objectives.weights}', --imitation.steps 0 and "
            "--ppo.total-timesteps 0. Raise one; grounding needs an objective that learns from "
            "still scenes, such as referent=1."
        )
    task, robot = TASKS[config.task], ROBOTS[config.robot]
    _ = task.scenario.changed(config.scenario_changes)
    channels = task.channels(config.control, robot)
    # Parts that do not exist, or cannot be loaded, are refused before the run has a folder.
    actor = Actor(actor_config(config, VOCABULARY_SIZE, task.scenario, channels))
    if config.backbone:
        start_from(actor, find_model(config.backbone))
    if config.imitation.steps:
        _check_demonstrations(config)


def _check_demonstrations(config: TrainConfig) -> None:
    from vlsim.data.manifest import read_manifest
    from vlsim.interface.cameras import choose_cameras

    folder = Path(config.demonstrations)
    manifest = read_manifest(folder)
    shown = manifest.request
    cameras = choose_cameras(config.cameras)
    others = (
        f"collect others with: vlsim collect --task {config.task} --control {config.control} "
        f"--robot {config.robot} --image-size {config.image_size} --cameras {','.join(cameras)} "
        "--out FOLDER"
    )
    for name in ("task", "control", "robot", "image_size"):
        held, wanted = getattr(shown, name), getattr(config, name)
        if held != wanted:
            raise InvalidValueError(
                f"{folder} holds demonstrations of {name} '{held}', not '{wanted}'; {others}"
            )
    if missing := [name for name in cameras if name not in shown.cameras]:
        raise InvalidValueError(f"{folder} holds no pictures of camera '{missing[0]}'; {others}")
    if manifest.kept < config.imitation.episodes:
        raise InvalidValueError(
            f"{folder} holds {manifest.kept} episodes that succeeded, not "
            f"{config.imitation.episodes}; collect more, or lower --imitation.episodes."
        )


def _train(config: TrainConfig, run: Path) -> None:
    from vlsim.agents.summary import run_summary
    from vlsim.agents.training import train
    from vlsim.envs.config import EnvConfig
    from vlsim.envs.tasks import TASKS
    from vlsim.envs.vector import ParallelEnvs
    from vlsim.interface.cameras import choose_cameras
    from vlsim.robots.catalogue import ROBOTS

    task = TASKS[config.task]
    environment = EnvConfig(
        config.task,
        config.control,
        config.robot,
        instruction_set=config.instruction_set,
        image_size=config.image_size,
        cameras=tuple(choose_cameras(config.cameras)),
        randomization=config.randomization,
        scenario=config.scenario_changes,
        privileged=True,
    )
    began = time.monotonic()
    try:
        train(
            config,
            run,
            task.scenario.changed(config.scenario_changes),
            task.channels(config.control, ROBOTS[config.robot]),
            lambda: ParallelEnvs([environment] * config.ppo.n_envs, config.workers),
        )
    except KeyboardInterrupt:
        print(f"Stopped. Go on with: {PROG} --resume {run}", file=sys.stderr)
        raise
    minutes = (time.monotonic() - began) / 60
    print(f"{run} is finished, in {minutes:.1f} minutes.\n{run_summary(config, run)}")


if __name__ == "__main__":
    main()

"""Train a model that sees and reads on pictures of the simulator, or resume a run.

First it learns to see what stands where, then everything that its objectives are about. Interrupt
it with Ctrl-C; --resume goes on with the same numbers.

Examples:
  vlsim pretrain vqa
  vlsim pretrain refer --pictures 20000 --image-size 96 --name refer96
  vlsim pretrain refer --start runs/vqa --perception.steps 0
  vlsim pretrain vqa --blind --image-size 32 --name vqa-blind
  vlsim pretrain vqa --data pictures --name vqa-files
  vlsim pretrain --resume runs/vqa
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import tyro

from vlsim.agents.pretraining import PretrainConfig
from vlsim.errors import InvalidValueError
from vlsim.scripts.options import read_options

PROG = "vlsim pretrain"


@dataclass(frozen=True)
class PretrainCommand(PretrainConfig):
    """What to train, and where to put it."""

    model: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="MODEL")]
    """Name of the model; `vlsim list models` shows all."""
    out: Path = Path("runs")
    """Folder in which the run folder is made."""
    name: str = ""
    """Name of the run folder; default: the name of the model."""

    @property
    def config(self) -> PretrainConfig:
        """What decides the outcome: everything but the folder."""
        return PretrainConfig(**{f.name: getattr(self, f.name) for f in fields(PretrainConfig)})


@dataclass(frozen=True)
class ResumeCommand:
    """Go on with a run that was stopped."""

    resume: Annotated[Path, tyro.conf.arg(metavar="RUN")]
    """Run folder to go on with."""


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim pretrain`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if any(a == "--resume" or a.startswith("--resume=") for a in arguments):
        resume(read_options(ResumeCommand, arguments, PROG).resume)
        return
    command = read_options(PretrainCommand, arguments, PROG, __doc__)
    start(command.config, command.out, command.name or command.model)


def start(config: PretrainConfig, out: Path, name: str) -> Path:
    """Make the run folder and train. Returns the run folder."""
    from vlsim.agents.pretraining import build_model, check_data
    from vlsim.models.device import check_device
    from vlsim.objectives.pictures import check_learned
    from vlsim.runs import start_run

    check_device(config.device)
    check_data(config)
    # What does not exist, or cannot be loaded, is refused before the run has a folder.
    check_learned(build_model(config).texts, config.weights)
    run = start_run(out, name, config, device=config.device)
    _pretrain(config, run)
    return run


def resume(run: Path) -> None:
    """Go on with the run in `run`, or say that it is finished."""
    from vlsim.agents.pretraining import MODEL, STAGES
    from vlsim.deploy.manifest import MANIFEST
    from vlsim.runs import config_from_json
    from vlsim.training.checkpoint import latest_checkpoint

    if not (run / "config.json").is_file():
        raise InvalidValueError(
            f"{run} is no run folder: it has no config.json. Start one with: {PROG} MODEL"
        )
    config = config_from_json(PretrainConfig, run / "config.json")
    if (run / MODEL / MANIFEST).is_file():
        print(f"{run} is finished; there is nothing to go on with.")
        return
    checkpoint = latest_checkpoint(run, STAGES)
    reached = f"goes on after {checkpoint[1]}" if checkpoint else "has no checkpoint yet"
    print(f"{run} {reached} (pictures are drawn again).", file=sys.stderr)
    _pretrain(config, run)


def _pretrain(config: PretrainConfig, run: Path) -> None:
    from vlsim.agents.pretraining import pretrain

    began = time.monotonic()
    try:
        bundle = pretrain(config, run)
    except KeyboardInterrupt:
        print(f"Stopped. Go on with: {PROG} --resume {run}", file=sys.stderr)
        raise
    minutes = (time.monotonic() - began) / 60
    print(f"{run} is finished, in {minutes:.1f} minutes.\n  model    {bundle}")


if __name__ == "__main__":
    main()

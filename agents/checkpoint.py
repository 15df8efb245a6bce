"""Checkpoints: networks, optimiser and where the run stands, as safetensors and JSON; no pickle."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write, read_json, write_json

KEPT = 3
"""Checkpoints of a stage that are kept; older ones are removed."""
TENSORS, STATE = "tensors.safetensors", "state.json"


@dataclass(frozen=True)
class Position:
    """Where a run stands: `step` steps of `stage` are done."""

    stage: str
    step: int


def save_checkpoint(
    run: Path, position: Position, network: nn.Module, optimizer: torch.optim.Optimizer
) -> Path:
    """Write `checkpoints/STAGE-STEP/`, all or nothing, and remove the stage's oldest."""
    folder = run / "checkpoints" / f"{position.stage}-{position.step:08d}"
    folder.parent.mkdir(exist_ok=True)
    tensors = {f"network.{name}": value for name, value in network.named_parameters()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in moments.items()}
    with atomic_write(folder) as temporary:
        temporary.mkdir()
        save_file(
            {k: v.detach().cpu().contiguous() for k, v in tensors.items()}, temporary / TENSORS
        )
        write_json(temporary / STATE, {"stage": position.stage, "step": position.step})
    for old in sorted(folder.parent.glob(f"{position.stage}-????????"))[:-KEPT]:
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    return folder


def latest_checkpoint(run: Path, stages: tuple[str, ...]) -> tuple[Path, Position] | None:
    """Return the newest checkpoint of the latest stage that has one, None if there is none."""
    for stage in reversed(stages):
        found = sorted((run / "checkpoints").glob(f"{stage}-????????"))
        if found:
            state = read_json(found[-1] / STATE)
            return found[-1], Position(str(state["stage"]), int(state["step"]))
    return None


def load_checkpoint(
    folder: Path, network: nn.Module, optimizer: torch.optim.Optimizer | None
) -> None:
    """Load what `save_checkpoint` wrote into a network and an optimiser of the same configuration.

    Raises:
        InvalidValueError: If names or shapes differ; names the file.
    """
    tensors = load_file(folder / TENSORS)
    weights = {
        k.removeprefix("network."): v for k, v in tensors.items() if k.startswith("network.")
    }
    parameters = dict(network.named_parameters())
    if weights.keys() != parameters.keys():
        raise InvalidValueError(
            f"{folder / TENSORS} holds another network than {folder.parents[1]} describes."
        )
    with torch.no_grad():
        for name, value in weights.items():
            parameters[name].copy_(value)
    if optimizer is None:
        return
    state = optimizer.state_dict()
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _, index, name = key.split(".", 2)
            moments.setdefault(int(index), {})[name] = value
    state["state"] = moments
    optimizer.load_state_dict(state)

"""Checkpoints: networks, optimiser and where the run stands, as safetensors and JSON; no pickle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.files import Json, atomic_write, read_json, write_json
from vlsim.reader import read_as

KEPT = 3
"""Checkpoints of a stage that are kept; older ones are removed."""
TENSORS, STATE = "tensors.safetensors", "state.json"
EXTRA = "extra"


@dataclass(frozen=True)
class Position:
    """Where a run stands: `step` steps of `stage` are done."""

    stage: str
    step: int

    def __str__(self) -> str:
        """Return it in words, such as "step 500 of grounding"."""
        return f"step {self.step:,} of {self.stage}"


@dataclass(frozen=True, eq=False)
class Extra:
    """What a stage needs to go on beside networks and optimiser."""

    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    state: Mapping[str, Json] = field(default_factory=dict)


def save_checkpoint(
    run: Path,
    position: Position,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    extra: Extra | None = None,
) -> Path:
    """Write `checkpoints/STAGE-STEP/`, all or nothing, and remove the stage's oldest."""
    extra = extra or Extra()
    folder = run / "checkpoints" / f"{position.stage}-{position.step:08d}"
    folder.parent.mkdir(exist_ok=True)
    tensors: dict[str, Tensor] = {
        f"network.{name}": value for name, value in network.named_parameters()
    }
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in moments.items()}
    tensors |= {f"{EXTRA}.{name}": value for name, value in extra.tensors.items()}
    with atomic_write(folder) as temporary:
        temporary.mkdir()
        save_file(
            {k: v.detach().cpu().contiguous() for k, v in tensors.items()}, temporary / TENSORS
        )
        state = {"stage": position.stage, "step": position.step, EXTRA: dict(extra.state)}
        write_json(temporary / STATE, state)
    for old in sorted(folder.parent.glob(f"{position.stage}-????????"))[:-KEPT]:
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    return folder


def latest_checkpoint(run: Path, stages: tuple[str, ...]) -> tuple[Path, Position] | None:
    """Return the newest checkpoint of the latest stage that has one, None if there is none."""
    for stage in reversed(stages):
        folders = sorted((run / "checkpoints").glob(f"{stage}-????????"))
        if folders:
            state = _read_state(folders[-1])
            return folders[-1], Position(state.stage, state.step)
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


def load_extra(folder: Path) -> Extra:
    """Return what `save_checkpoint` was given beside network and optimiser."""
    prefix = f"{EXTRA}."
    tensors = load_file(folder / TENSORS)
    return Extra(
        {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)},
        _read_state(folder).extra,
    )


@dataclass(frozen=True)
class _State:
    """The `state.json` of a checkpoint."""

    stage: str
    step: int
    extra: dict[str, Any]


def _read_state(folder: Path) -> _State:
    return read_as(_State, read_json(folder / STATE), str(folder / STATE))

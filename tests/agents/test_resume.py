"""A run whose episodes outlast its updates is interrupted, goes on, and gives the same numbers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from vlsim.agents.config import PPOConfig, TrainConfig
from vlsim.runs import read_metrics
from vlsim.scripts import train as command
from vlsim.training import checkpoint
from vlsim.training.checkpoint import load_extra
from vlsim.training.config import GroundingStageConfig, ObjectiveConfig

HORIZON, STEPS, UPDATES = 40, 24, 5
CONFIG = TrainConfig(
    task="reach",
    control="planar",
    randomization="latency,noise",
    image_size=32,
    dim=8,
    objectives=ObjectiveConfig(weights=""),
    grounding=GroundingStageConfig(steps=0),
    ppo=PPOConfig(
        total_timesteps=2 * STEPS * UPDATES,
        n_envs=2,
        n_steps=STEPS,
        batch_size=STEPS,
        n_epochs=1,
        critic_warmup=1,
        log_std_init=-1.0,
    ),
    checkpoint_every=1,
    workers=1,
    threads=1,
)
"""Closed loop, two environments; an update is shorter than an episode."""

pytestmark = pytest.mark.xdist_group("training")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoint, "KEPT", UPDATES)
        return command.start(CONFIG, tmp_path_factory.mktemp("runs"), "long")


def numbers(run: Path) -> list[dict[str, Any]]:
    """Return the metrics without what depends on the clock."""
    clock = ("seconds", "frames_per_second")
    return [{k: v for k, v in line.items() if k not in clock} for line in read_metrics(run)]


def test_episodes_longer_than_an_update_are_finished(finished: Path) -> None:
    lines = read_metrics(finished)
    assert [line["update"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[0]["episodes"] == 0
    assert sum(line["episodes"] for line in lines) >= 4
    assert all("success_rate" in line for line in lines if line["episodes"])


def test_episodes_are_under_way_across_checkpoints(finished: Path) -> None:
    folders = sorted((finished / "checkpoints").glob("ppo-*"))
    lengths = [len(load_extra(folder).tensors["actions.0"]) for folder in folders]
    assert lengths[0] == STEPS
    assert max(lengths) < HORIZON


@pytest.mark.parametrize("update", [1, 3])
def test_a_resumed_run_gives_the_numbers_of_an_uninterrupted_one(
    finished: Path, tmp_path: Path, update: int
) -> None:
    run = tmp_path / "long"
    shutil.copytree(finished, run)
    shutil.rmtree(run / "policy")
    for folder in sorted((run / "checkpoints").glob("ppo-*"))[update:]:
        shutil.rmtree(folder)
    command.main(["--resume", str(run)])
    first, second = (load_file(r / "policy" / "weights.safetensors") for r in (finished, run))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert json.dumps(numbers(run)) == json.dumps(numbers(finished))

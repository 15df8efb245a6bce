"""A run whose encoders learn in bf16: as repeatable as any, and its policy has 32 bits."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from vlsim.deploy import load_bundle
from vlsim.deploy.engine_policy import load_engine_policy
from vlsim.deploy.network import build_actor
from vlsim.errors import InvalidValueError
from vlsim.models.precision import choose_precision
from vlsim.scripts import train as command
from vlsim.scripts.presets import PRESETS

SMOKE = replace(
    PRESETS["smoke"].config,
    still=replace(PRESETS["smoke"].config.still, n_scenes=16),
    image_size=32,
    dim=16,
    workers=1,
    threads=1,
)

pytestmark = pytest.mark.xdist_group("training")


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "policy" / "weights.safetensors")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    return {
        precision: command.start(replace(SMOKE, precision=precision), folder, precision)
        for precision in ("fp32", "bf16")
    }


def test_a_run_in_bf16_is_another_one_and_its_policy_is_checked_in_fp32(
    runs: dict[str, Path],
) -> None:
    exact, fast = weights(runs["fp32"]), weights(runs["bf16"])
    assert any(not torch.equal(exact[name], fast[name]) for name in exact)
    assert all(tensor.dtype == torch.float32 for tensor in fast.values())
    assert build_actor(load_bundle(runs["bf16"] / "policy")).backbone.precision == "fp32"
    load_engine_policy("fast", runs["bf16"] / "policy")  # compares its golden actions


def test_a_resumed_run_in_bf16_gives_the_numbers_of_an_uninterrupted_one(
    runs: dict[str, Path], tmp_path: Path
) -> None:
    run = tmp_path / "again"
    shutil.copytree(runs["bf16"], run)
    shutil.rmtree(run / "policy")
    for folder in (run / "checkpoints").glob("ppo-*"):
        shutil.rmtree(folder)
    command.main(["--resume", str(run)])
    first, second = weights(runs["bf16"]), weights(run)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_the_run_says_what_auto_was(
    runs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_train", lambda config, run: None)
    run = command.start(SMOKE, tmp_path, "auto")
    written = json.loads((run / "config.json").read_text())["precision"]
    assert written == choose_precision("auto", "cpu")
    with pytest.raises(InvalidValueError, match="one of auto, fp32, bf16, got 'fp64'"):
        command.main(["smoke", "--precision", "fp64", "--out", str(tmp_path / "none")])
    assert not (tmp_path / "none").exists()

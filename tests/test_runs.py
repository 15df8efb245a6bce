import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from vlsim import runs
from vlsim.errors import InvalidValueError
from vlsim.runs import append_metrics, config_from_json, read_metrics, start_run


@dataclass(frozen=True)
class Inner:
    rate: float = 0.1
    shape: tuple[int, ...] = (1, 2)
    pair: tuple[int, str] = (1, "a")

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise InvalidValueError(f"rate must be positive, got {self.rate}.")


@dataclass(frozen=True)
class Config:
    name: str
    seed: int = 0
    out: Path = Path("runs")
    mode: Literal["a", "b"] = "a"
    limit: float | None = None
    nothing: Inner | None = None
    weights: dict[str, float] = field(default_factory=dict)
    inner: Inner = Inner()
    flag: bool = False
    either: int | str = 1


FULL = Config(
    "x", 3, Path("a/b"), "b", 2.0, Inner(0.5), {"w": 1.0}, Inner(0.2, (3,), (2, "b")), True, "s"
)


@pytest.mark.parametrize("config", [Config("x"), FULL])
def test_a_run_folder_holds_the_config_and_gives_it_back(tmp_path: Path, config: Config) -> None:
    run = start_run(tmp_path, "demo", config, renderer="abc")
    assert run == tmp_path / "demo"
    assert config_from_json(Config, run / "config.json") == config


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    made = [start_run(tmp_path, "demo", Config("x")).name for _ in range(3)]
    assert made == ["demo", "demo-2", "demo-3"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/tmp"])
def test_a_name_cannot_leave_the_folder_of_runs(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValueError, match="cannot be the name of a run"):
        start_run(tmp_path, name, Config("x"))


def test_provenance_says_with_what(tmp_path: Path) -> None:
    run = start_run(tmp_path, "demo", Config("x"), device="cuda:0", renderer="abc")
    found = json.loads((run / "provenance.json").read_text())
    assert (found["device"], found["renderer"]) == ("cuda:0", "abc")
    assert found["packages"]["numpy"] == np.__version__
    assert found["cpu_count"] >= 1
    assert isinstance(found["argv"], list)
    assert {"time", "revision", "uncommitted_changes", "python", "platform"} <= found.keys()


def test_the_revision_is_that_of_vlsims_own_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-m", "one")
    installed = tmp_path / ".venv" / "site-packages" / "vlsim" / "runs.py"
    installed.parent.mkdir(parents=True)
    monkeypatch.setattr(runs, "__file__", str(installed))
    assert runs.provenance()["revision"] is None
    monkeypatch.setattr(runs, "__file__", str(tmp_path / "vlsim" / "runs.py"))
    clean = runs.provenance()
    assert (clean["revision"], clean["uncommitted_changes"]) == (git("rev-parse", "HEAD"), False)
    (tmp_path / "a").write_text("2")
    assert runs.provenance()["uncommitted_changes"] is True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sed": 1}, "config.json: No field named 'sed'. Did you mean 'seed'"),
        ({"inner": {"rat": 1}}, "config.json: 'inner': No field named 'rat'"),
        ({"nothing": {"rat": 1}}, "config.json: 'nothing': No field named 'rat'"),
        ({"seed": 1.5}, "config.json: 'seed' must be a whole number, got 1.5"),
        ({"seed": True}, "'seed' must be a whole number, got True"),
        ({"mode": "c"}, "'mode' must be 'a' or 'b', got 'c'"),
        ({"inner": {"shape": [1, "2"]}}, r"'inner.shape\[1\]' must be a whole number, got '2'"),
        ({"inner": {"pair": [1]}}, "'inner.pair' must be a list of 2, got"),
        ({"inner": 3}, "'inner' must be a mapping with rate, shape, pair, got 3"),
        ({"weights": {"w": "x"}}, "'weights.w' must be a finite number, got 'x'"),
        ({"either": 1.5}, "'either' must be a whole number or a string, got 1.5"),
        ({"flag": 1}, "'flag' must be true or false, got 1"),
        ({"inner": {"rate": -1.0}}, "config.json: 'inner': rate must be positive, got -1.0"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"name": "x"} | change))
    with pytest.raises(InvalidValueError, match=message):
        config_from_json(Config, tmp_path / "config.json")


def test_a_missing_field_without_default_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InvalidValueError, match=r"json: 'name' is missing; it must be a string"):
        config_from_json(Config, tmp_path / "config.json")


def test_a_config_cannot_hold_what_json_cannot(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="cannot hold a ndarray"):
        start_run(tmp_path, "demo", {"x": np.zeros(2)})


def test_metrics_are_lines_of_plain_numbers(tmp_path: Path) -> None:
    append_metrics(tmp_path, {"step": 1, "loss": np.float32(0.5), "kl": torch.tensor(0.25)})
    append_metrics(tmp_path, {"step": 2, "ok": np.bool_(True)})
    assert read_metrics(tmp_path) == [
        {"step": 1, "loss": 0.5, "kl": 0.25},
        {"step": 2, "ok": True},
    ]


def test_a_loss_that_is_not_finite_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="loss is not finite"):
        append_metrics(tmp_path, {"step": 1, "loss": float("nan")})


def test_a_torn_line_of_metrics_is_skipped_and_replaced(tmp_path: Path) -> None:
    append_metrics(tmp_path, {"step": 1})
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "lo')
    assert read_metrics(tmp_path) == [{"step": 1}]
    append_metrics(tmp_path, {"step": 2})
    assert read_metrics(tmp_path) == [{"step": 1}, {"step": 2}]

import json
from pathlib import Path

import pytest

from benchmarks import serving
from benchmarks.result_file import RESULTS, keep_result


def test_a_small_run_has_no_errors_and_keeps_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENPI_PYTHON", raising=False)
    monkeypatch.setattr(
        serving, "keep_result", lambda name, found: keep_result(name, found, tmp_path)
    )
    small = ("--connections", "4", "--seconds", "1", "--rounds", "1", "--malformed", "160")
    serving.main([*small, "--beside", "20", "--keep"])
    kept = json.loads((tmp_path / "serving.json").read_text())["results"]
    (load,) = json.loads((tmp_path / "serving_load.json").read_text())["results"]["rounds"]
    assert (load["requests"], load["errors"]) == (40, 0)
    broken = kept["malformed"]
    assert broken["one_line_errors"] + broken["still_a_request"] == 160
    assert broken["one_line_errors"] > 150
    assert broken["answers_after"] is True
    assert kept["slow_client"]["requests"] == 19


def test_the_last_run_reached_what_was_asked_for() -> None:
    faults = json.loads((RESULTS / "contract_faults.json").read_text())["results"]
    assert (faults["kinds_caught"], faults["kinds"], faults["accused"]) == (9, 9, 0)
    rounds = json.loads((RESULTS / "serving_load.json").read_text())["results"]["rounds"]
    assert rounds[0]["p99_ms"] <= 100
    assert [load["errors"] for load in rounds] == [0] * len(rounds)
    server = json.loads((RESULTS / "serving.json").read_text())["results"]
    broken = server["malformed"]
    assert (broken["frames"], broken["closed_without_a_word"]) == (100_000, 0)
    assert broken["memory_mb"]["at_the_end"] - broken["memory_mb"]["after_5_percent"] < 5
    assert server["slow_client"]["wait_in_inferences"] <= 1.05
    assert (server["openpi"]["requests"], server["openpi"]["errors"]) == (101, 0)

"""A kept result says what made it, and nothing about the machine that it was made on."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.result_file import RESULTS, keep_result
from vlsim.errors import InvalidValueError

PLACES = ("/home/", "/root/", "/tmp/", "/Users/", "/var/")


def test_a_result_holds_command_versions_and_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "/somewhere/benchmarks/contact.py"
    monkeypatch.setattr(sys, "argv", [script, "--episodes", "3", "--note", "two words"])
    path = keep_result("contact", {"lifts": 0}, tmp_path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert path == tmp_path / "contact.json"
    assert kept["command"] == "python -m benchmarks.contact --episodes 3 --note 'two words'"
    assert kept["results"] == {"lifts": 0}
    assert kept["provenance"]["packages"]["pybullet"] is not None
    assert set(kept["provenance"]) >= {"time", "revision", "uncommitted_changes", "python"}


def test_a_number_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"results\.lifts is not finite"):
        keep_result("contact", {"lifts": float("nan")}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_kept_result_names_a_place_on_a_machine() -> None:
    for path in RESULTS.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert not [place for place in PLACES if place in text], path.name

"""The tables of README and docs are made from the kept results."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.result_file import RESULTS
from tools.docs.result_tables import PAGES, PLACE, TABLES, filled


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.125, "high": value + 0.125, "n": 8}


def score(policy: str, name: str, value: float) -> dict[str, object]:
    return {"policy": policy, "set": name, "success": estimate(value)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_the_kept_numbers(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    remedy = "make the tables anew with: python -m tools.docs.result_tables"
    assert text == filled(text), remedy


def test_every_kept_result_of_training_and_parts_stands_on_a_page() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    places = {name for text in texts for _, name, _ in PLACE.findall(text)}
    assert places <= set(TABLES)
    kept = {path.stem for path in RESULTS.glob("*.json")}
    assert {name for name in kept if name == "parts" or name.startswith("learning_")} <= places


def test_the_table_of_parts_has_a_row_for_each_fusion(tmp_path: Path) -> None:
    row = {"vision": "conv", "text": "gru", "parameters": 163075}
    rows = [
        row | {"fusion": "late", "seconds_by_default": 1.25},
        row | {"fusion": "early", "seconds_by_default": 33.5},
    ]
    kept = {"command": "python -m benchmarks.parts", "results": rows}
    (tmp_path / "parts.json").write_text(json.dumps(kept), encoding="utf-8")
    table = filled("<!-- table: parts -->\n<!-- end of table -->\n", tmp_path).splitlines()
    assert table[1:5] == [
        "| fusion | `conv`, `gru` |",
        "| --- | --- |",
        "| `early` | 33.5 (163 k) |",
        "| `late` | 1.2 (163 k) |",
    ]


def test_a_table_has_a_row_for_each_set_and_a_column_for_each_seed(tmp_path: Path) -> None:
    runs = [
        {"seed": 3, "scores": [score("trained", "seen", 0.75), score("before PPO", "seen", 0.5)]},
        {"seed": 4, "scores": [score("trained", "seen", 0.25)]},
    ]
    runs[0]["scores"].append(score("expert", "combo", 0.625))
    kept = {"command": "python -m benchmarks.learning demo", "results": {"runs": runs}}
    (tmp_path / "learning_demo.json").write_text(json.dumps(kept), encoding="utf-8")
    text = "a\n<!-- table: learning_demo -->\nold\n<!-- end of table -->\nb\n"
    lines = filled(text, tmp_path).splitlines()
    assert lines[:2] == ["a", "<!-- table: learning_demo -->"]
    cells = [re.split(r" ?\| ?", line)[1:-1] for line in lines[2:6]]
    assert cells == [
        ["set", "seed 3", "seed 4", "seed 3 before PPO", "expert"],
        ["---"] * 5,
        ["`seen`", "0.750 [0.625, 0.875]", "0.250 [0.125, 0.375]", "0.500 [0.375, 0.625]", ""],
        ["`combo`", "", "", "", "0.625 [0.500, 0.750]"],
    ]
    assert lines[6:] == [
        "",
        "`python -m benchmarks.learning demo`",
        "<!-- end of table -->",
        "b",
    ]

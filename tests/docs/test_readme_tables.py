"""The README's tables are made from the kept results."""

import json
import re
from pathlib import Path

from benchmarks.result_file import RESULTS
from tools.docs.readme_tables import PLACE, README, TABLES, filled


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.125, "high": value + 0.125, "n": 8}


def score(policy: str, name: str, value: float) -> dict[str, object]:
    return {"policy": policy, "set": name, "success": estimate(value)}


def test_the_readme_has_the_kept_numbers() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == filled(text), "make the tables anew with: python -m tools.readme_tables"


def test_every_kept_learning_result_stands_in_the_readme() -> None:
    places = {name for _, name, _ in PLACE.findall(README.read_text(encoding="utf-8"))}
    assert places <= set(TABLES)
    assert {path.stem for path in RESULTS.glob("learning_*.json")} <= places


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

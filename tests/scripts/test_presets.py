"""What is said of a preset is what was measured."""

import json

import pytest

from benchmarks.result_file import RESULTS
from vlsim.envs.tasks import TASKS
from vlsim.instruction_sets import SETS
from vlsim.scripts.presets import PRESETS, recipes


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_presets_success_is_that_of_the_kept_result(name: str) -> None:
    preset = PRESETS[name]
    assert set(preset.success) <= set(SETS)
    assert all(0 <= share <= 1 for share in preset.success.values())
    assert bool(preset.success) == bool(preset.n_seeds)
    path = RESULTS / f"learning_{name}.json"
    if not path.is_file():
        return
    runs = json.loads(path.read_text(encoding="utf-8"))["results"]["runs"]
    assert preset.n_seeds == len(runs)
    for instruction_set, share in preset.success.items():
        shares = [
            score["success"]["value"]
            for run in runs
            for score in run["scores"]
            if (score["policy"], score["set"]) == ("trained", instruction_set)
        ]
        assert share == pytest.approx(sum(shares) / len(runs), abs=5e-4)


def test_a_recipe_is_a_preset_that_was_measured() -> None:
    assert recipes("pick_place") == ["demo"]
    assert recipes("reach") == ["reach"]
    assert [task for task in TASKS if recipes(task)] == ["reach", "pick_place"]

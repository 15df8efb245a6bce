"""A folder of results takes more of the same benchmark, and nothing of another."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.fakes import FakeEnv, Reader
from tests.evaluation.plans import ALL, GUESSER, ORACLE, PLAN, READER, comparable, score
from vlsim.errors import InvalidValueError
from vlsim.evaluation import benchmark, folder
from vlsim.evaluation.benchmark import run_benchmark
from vlsim.evaluation.plan import Entrant
from vlsim.runs import packages


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmark") / "out"
    run_benchmark(ALL, FakeEnv, PLAN, path)
    return path


@pytest.mark.parametrize(
    ("entrants", "change"),
    [
        ([GUESSER], {"episodes": 10, "films": 0}),
        ([READER], {"sets": ("combo",), "controls": {}}),
        ([ORACLE], {"sets": ("seen",), "episodes": 1, "films": 0}),
    ],
)
def test_a_smaller_run_into_the_same_folder_leaves_all_results(
    tmp_path: Path, entrants: list[Entrant], change: dict[str, Any]
) -> None:
    run_benchmark(ALL, FakeEnv, PLAN, tmp_path)
    episodes, results = comparable(tmp_path)
    run_benchmark(entrants, FakeEnv, replace(PLAN, **change), tmp_path)
    assert comparable(tmp_path) == (episodes, results)


def test_another_policy_with_fewer_episodes_is_added_and_compared_on_the_seeds_of_both(
    tmp_path: Path,
) -> None:
    run_benchmark([READER], FakeEnv, replace(PLAN, films=0), tmp_path)
    few = replace(PLAN, sets=("seen",), controls={}, episodes=10, films=0)
    results = run_benchmark([GUESSER], FakeEnv, few, tmp_path)
    counts = {(s["policy"], s["set"]): s["n"] for s in results["scores"]}
    assert counts == {
        ("reader", "seen"): 40,
        ("reader", "combo"): 40,
        ("reader", "no-instruction"): 40,
        ("runs/guesser", "seen"): 10,
    }
    assert [(d["set"], d["n"]) for d in results["differences"]] == [("seen", 10)]
    assert results["sets"] == ["seen", "combo", "no-instruction"]
    assert "n = 10 is below 50" in results["warnings"][0]


def test_what_an_interrupted_run_left_counts_up_to_its_first_gap(tmp_path: Path) -> None:
    run_benchmark([READER], FakeEnv, replace(PLAN, films=0), tmp_path)
    lines = (tmp_path / "episodes.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "episodes.jsonl").write_text("".join([*lines[:16], *lines[32:]]))
    more = replace(PLAN, sets=("combo",), controls={}, films=0)
    results = run_benchmark([READER], FakeEnv, more, tmp_path)
    assert score(results, "reader", "seen")["n"] == 16
    assert score(results, "reader", "combo")["n"] == 40


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": "sing"}, "in which task is 'say', not 'sing'; choose another --out"),
        ({"control": "flute"}, "in which control is 'voice', not 'flute'"),
        ({"seed": 3}, "in which seed is 0, not 3"),
        ({"environment": "image_size=128"}, "in which environment is '', not 'image_size=128'"),
    ],
)
def test_another_benchmark_is_not_mixed_in(out: Path, change: dict[str, Any], message: str) -> None:
    before = (out / "episodes.jsonl").read_bytes()
    with pytest.raises(InvalidValueError, match=message):
        run_benchmark(ALL, FakeEnv, replace(PLAN, **change), out)
    assert (out / "episodes.jsonl").read_bytes() == before


def test_a_policy_that_has_changed_is_not_mixed_in(out: Path) -> None:
    with pytest.raises(InvalidValueError, match="fingerprint of the policy 'reader' is 'abc'"):
        run_benchmark([Entrant("reader", Reader, "def")], FakeEnv, PLAN, out)


def test_another_renderer_or_version_is_not_mixed_in(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidValueError, match="renderer is None, not 'soft'"):
        run_benchmark(ALL, FakeEnv, PLAN, out, renderer="soft")
    versions = packages() | {"numpy": "9.9"}
    monkeypatch.setattr(
        benchmark,
        "provenance",
        lambda device, renderer: {
            "packages": versions,
            "device": device,
            "renderer": renderer,
            "revision": None,
            "argv": [],
        },
    )
    with pytest.raises(InvalidValueError, match=r"numpy is '.*', not '9\.9'"):
        run_benchmark(ALL, FakeEnv, PLAN, out)
    assert "pybullet" in folder.DECISIVE_PACKAGES


def test_episodes_of_unknown_origin_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "episodes.jsonl").write_text("")
    with pytest.raises(InvalidValueError, match=r"has episodes\.jsonl but no benchmark\.json"):
        run_benchmark([READER], FakeEnv, PLAN, tmp_path)

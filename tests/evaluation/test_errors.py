"""Episodes that end in an error: neither successes nor failures, counted apart, and run again."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from tests.evaluation.fakes import Distant, FakeEnv, Reader, number
from tests.records import episodes
from vlsim.evaluation import Entrant, EvaluationError, Plan, benchmark_seeds, evaluate
from vlsim.evaluation.benchmark import run_benchmark
from vlsim.evaluation.rollout import Setting, run_group
from vlsim.evaluation.statistics import summarise
from vlsim.evaluation.table import results_table
from vlsim.records import read_episodes

SEEDS = benchmark_seeds(20)
LOST = frozenset({2})
N_LOST = sum(number(seed) in LOST for seed in SEEDS)
PLAN = Plan("say", "voice", ("seen",), episodes=20, films=1)


def test_an_error_ends_the_episode_of_its_row_and_no_other() -> None:
    seeds = [2, 7, 3, 4]
    done = run_group(
        Distant(lost=LOST), [FakeEnv("seen") for _ in seeds], seeds, Setting("p", "", "", "seen")
    )
    assert [episode.error for episode in done] == ["no reply.", "no reply.", "", ""]
    assert [episode.steps for episode in done] == [1, 1, 2, 2]
    assert [episode.success_once for episode in done] == [False, False, True, True]


def test_errors_are_counted_apart_and_run_again(tmp_path: Path) -> None:
    assert 0 < N_LOST < 20
    entrants = [Entrant("distant", partial(Distant, lost=LOST)), Entrant("reader", Reader)]
    results = run_benchmark(entrants, FakeEnv, PLAN, tmp_path)
    score = next(row for row in results["scores"] if row["policy"] == "distant")
    assert (score["n"], score["success"]["value"]) == (20 - N_LOST, 1.0)
    assert results["errors"] == [
        {"policy": "distant", "set": "seen", "error": "no reply.", "n": N_LOST}
    ]
    assert results["differences"][0]["n"] == 20 - N_LOST
    warning = f"{N_LOST} episodes of distant on seen ended in an error"
    assert any(warning in words for words in results["warnings"])
    assert warning in " ".join(str(results_table(results)).split())
    report = (tmp_path / "report.html").read_text()
    assert "Episodes that ended in an error" in report
    assert [film["failure"] for film in results["films"] if film["policy"] == "distant"] == [""]

    mended = [Entrant("distant", Distant), entrants[1]]
    results = run_benchmark(mended, FakeEnv, PLAN, tmp_path)
    assert [row["n"] for row in results["scores"]] == [20, 20]
    assert results["errors"] == []
    assert "Episodes that ended in an error" not in (tmp_path / "report.html").read_text()
    assert [e.error for e in read_episodes(tmp_path / "episodes.jsonl")] == [""] * 40


def test_three_in_a_row_stop_the_benchmark_which_goes_on_later(tmp_path: Path) -> None:
    everything = frozenset(range(5))
    dead = Entrant("distant", partial(Distant, lost=everything))
    where = re.escape(str(tmp_path))
    with pytest.raises(
        EvaluationError,
        match=rf"^3 episodes in a row ended in an error, the last in: no reply\. .* in {where}; "
        "the same command goes on from there",
    ):
        run_benchmark([dead], FakeEnv, PLAN, tmp_path)
    assert not (tmp_path / "results.json").exists()
    results = run_benchmark([Entrant("distant", Distant)], FakeEnv, PLAN, tmp_path)
    (score,) = results["scores"]
    assert (score["n"], score["success"]["value"]) == (20, 1.0)


def test_two_in_a_row_do_not_and_a_policy_of_errors_alone_has_no_score(tmp_path: Path) -> None:
    everything = frozenset(range(5))
    dead = Entrant("distant", partial(Distant, lost=everything))
    plan = Plan("say", "voice", ("seen",), episodes=2)
    results = run_benchmark([dead], FakeEnv, plan, tmp_path)
    assert results["scores"] == []
    assert [row["n"] for row in results["errors"]] == [2]
    assert json.loads((tmp_path / "results.json").read_text())["errors"] == results["errors"]


def test_pairs_are_of_the_episodes_that_both_have() -> None:
    first, second = episodes([1, 1, 0, 0], policy="a"), episodes([1, 0, 0, 1], policy="b")
    lost = episodes([0], policy="a", error="no reply.")
    table = {("a", "seen"): [*lost, *first[1:]], ("b", "seen"): second}
    (difference,) = summarise(table)["differences"]
    assert (difference["n"], difference["only_first"], difference["only_second"]) == (3, 1, 1)


def test_episodes_that_nobody_counts_raise() -> None:
    with pytest.raises(EvaluationError, match="no reply"):
        evaluate(Distant(lost=LOST), FakeEnv, SEEDS, "seen")

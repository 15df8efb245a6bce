import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.evaluation.fakes import (
    SIDE,
    BrokenFactory,
    FakeEnv,
    Looker,
    Mortal,
    Reader,
    refuse_to_load,
)
from tests.evaluation.plans import (
    ALL,
    GUESSER,
    ORACLE,
    PLAN,
    READER,
    SEEDS,
    ZEROS,
    comparable,
    score,
)
from tests.records import episode
from vlsim.errors import InvalidValueError
from vlsim.evaluation.benchmark import run_benchmark
from vlsim.evaluation.jobs import films_to_make
from vlsim.evaluation.plan import Entrant
from vlsim.evaluation.rollout import EvaluationError
from vlsim.evaluation.screen import panel_side
from vlsim.instruction_sets.role import BLIND, MEASURED
from vlsim.interface.policy import Observations
from vlsim.records import read_episodes


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmark") / "out"
    run_benchmark(ALL, FakeEnv, PLAN, path)
    return path


@pytest.fixture(scope="module")
def results(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "results.json").read_text())
    return found


def test_the_numbers_are_those_of_the_fake_world(results: dict[str, Any]) -> None:
    assert score(results, "reader", "seen")["success"] == pytest.approx(
        {"value": 1.0, "low": 0.91238, "high": 1.0, "n": 40}, abs=1e-5
    )
    silent = score(results, "reader", "no-instruction")
    assert silent["success"]["value"] == silent["referent_accuracy"]["value"] == ZEROS / 40
    assert silent["return"]["value"] == pytest.approx((0.75 * ZEROS - 0.5 * (40 - ZEROS)) / 40)
    assert silent["steps"]["value"] == (ZEROS + 2 * (40 - ZEROS)) / 40
    assert score(results, "oracle", "seen")["success"]["value"] == 1.0


def test_every_policy_meets_every_set_and_controls_come_last(results: dict[str, Any]) -> None:
    assert results["sets"] == ["seen", "combo", "no-instruction"]
    rows = [(s["policy"], s["set"], s["role"], s["is_bound"]) for s in results["scores"]]
    roles = {"seen": MEASURED, "combo": MEASURED, "no-instruction": BLIND}
    assert rows == [
        (policy, name, role, policy == "oracle")
        for policy in ("reader", "runs/guesser", "oracle")
        for name, role in roles.items()
        if (policy, name) != ("oracle", "no-instruction")
    ]
    assert all(s["n"] == 40 for s in results["scores"])


def test_a_bound_meets_a_control_only_if_that_was_asked_for() -> None:
    assert PLAN.sets_of(READER) == ("seen", "combo", "no-instruction")
    assert PLAN.sets_of(ORACLE) == ("seen", "combo")
    assert replace(PLAN, sets=("no-instruction",)).sets_of(ORACLE) == ("no-instruction",)


def test_the_language_gap_is_seen_minus_no_instruction_on_the_same_seeds(
    results: dict[str, Any],
) -> None:
    gaps = {gap["policy"]: gap for gap in results["language_gap"]}
    assert gaps.keys() == {"reader", "runs/guesser"}
    assert gaps["reader"]["difference"] == 1 - ZEROS / 40
    assert gaps["reader"]["p_value"] == 2 / 2 ** (40 - ZEROS)
    assert (gaps["reader"]["only_first"], gaps["reader"]["only_second"]) == (40 - ZEROS, 0)
    assert gaps["runs/guesser"]["difference"] == 0.0


def test_policies_are_compared_pairwise_and_bounds_are_not(results: dict[str, Any]) -> None:
    found = {(d["first"], d["second"], d["set"]): d for d in results["differences"]}
    assert {key[:2] for key in found} == {("reader", "runs/guesser")}
    seen = found["reader", "runs/guesser", "seen"]
    wins = score(results, "runs/guesser", "seen")["success"]["value"]
    assert seen["difference"] == pytest.approx(1 - wins)
    assert seen["n"] == 40


def test_a_small_n_is_warned_of(results: dict[str, Any], tmp_path: Path) -> None:
    assert results["warnings"] == [
        "n = 40 is below 50: the intervals are too wide to rank policies. Use --episodes 200."
    ]
    plan = replace(PLAN, episodes=50, films=0)
    assert run_benchmark([READER], FakeEnv, plan, tmp_path)["warnings"] == []


def test_results_say_what_they_were_made_with(results: dict[str, Any]) -> None:
    assert results["schema_version"] == 2
    assert (results["task"], results["control"], results["seed"]) == ("say", "voice", 0)
    origin = results["provenance"]
    assert origin["packages"]["numpy"] == np.__version__
    assert len(origin["revisions"]) == len(origin["commands"]) == 1


def test_episodes_are_one_line_each_in_the_order_of_policy_set_and_seed(out: Path) -> None:
    keys = [(e.policy, e.set, e.seed) for e in read_episodes(out / "episodes.jsonl")]
    assert keys == [(e.name, name, seed) for e in ALL for name in PLAN.sets_of(e) for seed in SEEDS]


def test_the_first_success_and_the_first_failures_are_filmed(
    out: Path, results: dict[str, Any]
) -> None:
    films = results["films"]
    assert [(f["policy"], f["set"], f["success"]) for f in films] == [
        ("reader", "seen", True),
        ("reader", "combo", True),
        *(("runs/guesser", name, won) for name in ("seen", "combo") for won in (False, True)),
    ]
    lost = [e for e in read_episodes(out / "episodes.jsonl") if not e.success_once]
    first = next(e for e in lost if (e.policy, e.set) == ("runs/guesser", "seen"))
    assert (films[2]["seed"], films[2]["failure"]) == (first.seed, first.failure)
    for film in films:
        assert (out / film["video"]).stat().st_size > 0
        assert (out / film["poster"]).stat().st_size > 0
    assert len(list((out / "videos").iterdir())) == 2 * len(films)


def test_films_show_where_a_policy_looks_if_it_can_say(tmp_path: Path) -> None:
    plan = replace(PLAN, sets=("seen",), controls={}, episodes=2, films=1)
    run_benchmark([Entrant("looker", Looker)], FakeEnv, plan, tmp_path)
    with Image.open(tmp_path / "videos" / "looker-seen-0000.jpg") as poster:
        # What it sees and the reward, then the map: two columns of panels.
        assert poster.width == SIDE + 2 * (8 + panel_side(SIDE))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_number_of_workers_changes_no_byte(out: Path, tmp_path: Path, workers: int) -> None:
    run_benchmark(ALL, FakeEnv, PLAN, tmp_path, workers=workers)
    assert comparable(tmp_path) == comparable(out)


def test_a_run_that_was_cut_anywhere_goes_on_to_the_same_files(out: Path, tmp_path: Path) -> None:
    whole = (out / "episodes.jsonl").read_bytes()
    for cut in (0, 5, len(whole) // 3, len(whole) // 2 + 1, len(whole) - 1):
        path = tmp_path / str(cut)
        path.mkdir()
        (path / "benchmark.json").write_bytes((out / "benchmark.json").read_bytes())
        (path / "episodes.jsonl").write_bytes(whole[:cut])
        run_benchmark(ALL, FakeEnv, PLAN, path)
        assert comparable(path) == comparable(out)


def counting(counts: list[int]) -> Callable[[], Reader]:
    class Counting(Reader):
        def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
            counts.append(len(seeds))
            super().reset(seeds, instructions)

    return Counting


def test_what_is_there_is_not_run_again_and_more_may_be_asked_for(tmp_path: Path) -> None:
    counts: list[int] = []
    entrant = Entrant("reader", counting(counts))
    small = replace(PLAN, sets=("seen",), controls={}, episodes=20, films=0)
    run_benchmark([entrant], FakeEnv, small, tmp_path)
    assert len(counts) == 2
    run_benchmark([entrant], FakeEnv, small, tmp_path)
    assert len(counts) == 2
    results = run_benchmark(
        [entrant, GUESSER], FakeEnv, replace(small, sets=("seen", "combo"), episodes=32), tmp_path
    )
    assert len(counts) == 2 + 1 + 2
    assert len(read_episodes(tmp_path / "episodes.jsonl")) == 2 * 2 * 32
    assert score(results, "reader", "seen")["n"] == 32


def test_an_error_keeps_the_episodes_before_it_and_writes_no_results(tmp_path: Path) -> None:
    plan = replace(PLAN, sets=("seen",), controls={}, films=0)
    broken = BrokenFactory("step", SEEDS[35])
    with pytest.raises(EvaluationError, match="the arm fell off"):
        run_benchmark([READER], broken, plan, tmp_path)
    assert len(read_episodes(tmp_path / "episodes.jsonl")) == 32
    assert not (tmp_path / "results.json").exists()
    mended = run_benchmark([READER], FakeEnv, plan, tmp_path)
    assert score(mended, "reader", "seen")["n"] == 40


def test_ctrl_c_keeps_the_episodes_before_it(tmp_path: Path) -> None:
    class Interrupted(Reader):
        def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
            if SEEDS[16] in seeds:
                raise KeyboardInterrupt
            super().reset(seeds, instructions)

    plan = replace(PLAN, sets=("seen",), controls={}, films=0)
    with pytest.raises(KeyboardInterrupt):
        run_benchmark([Entrant("reader", Interrupted)], FakeEnv, plan, tmp_path)
    assert len(read_episodes(tmp_path / "episodes.jsonl")) == 16
    run_benchmark([Entrant("reader", Reader)], FakeEnv, plan, tmp_path)
    assert len(read_episodes(tmp_path / "episodes.jsonl")) == 40


def test_a_worker_that_dies_is_replaced_and_changes_nothing(out: Path, tmp_path: Path) -> None:
    mortal = replace(READER, make=Mortal(tmp_path, lives=1))
    run_benchmark([mortal, GUESSER, ORACLE], FakeEnv, PLAN, tmp_path / "out", workers=2)
    assert comparable(tmp_path / "out") == comparable(out)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_policy_that_cannot_be_loaded_is_one_line(tmp_path: Path, workers: int) -> None:
    with pytest.raises(
        EvaluationError,
        match=r"^demo on say, set seen: loading the policy failed: demo\.vlsim/weights",
    ):
        run_benchmark([Entrant("demo", refuse_to_load)], FakeEnv, PLAN, tmp_path, workers=workers)


def test_a_film_that_ends_otherwise_than_the_episode_is_told(tmp_path: Path) -> None:
    class Fickle(Reader):
        """Another wrong answer each time."""

        count = 0

        def act(self, observations: Observations) -> NDArray[np.float32]:
            Fickle.count += 1
            return np.full((len(self.told), 1, 1), 10 + Fickle.count, np.float32)

    plan = replace(PLAN, sets=("seen",), controls={}, episodes=50)
    results = run_benchmark([Entrant("fickle", Fickle)], FakeEnv, plan, tmp_path)
    assert results["warnings"] == [
        "1 of 1 filmed episodes ended otherwise than the measured ones: the policy or the "
        "environment is not deterministic."
    ]


@pytest.mark.parametrize(
    ("entrants", "message"),
    [([], "at least one policy, got none"), ([READER, READER], "'reader' is named twice")],
)
def test_policies_are_counted(tmp_path: Path, entrants: list[Entrant], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        run_benchmark(entrants, FakeEnv, PLAN, tmp_path)


def test_a_plan_that_measures_nothing_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="at least one instruction set"):
        replace(PLAN, sets=(), controls={})
    with pytest.raises(InvalidValueError, match="films must be 0 or more, got -1"):
        replace(PLAN, films=-1)


def test_a_control_that_was_asked_for_is_still_a_control() -> None:
    plan = replace(PLAN, sets=("no-instruction", "seen", "seen"))
    assert plan.all_sets == ("seen", "no-instruction")


def test_progress_is_lines_when_stderr_is_no_terminal_and_nothing_unless_asked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = replace(PLAN, films=0)
    run_benchmark([READER], FakeEnv, plan, tmp_path / "shown", show_progress=True)
    first, *_, last = capfd.readouterr().err.splitlines()
    assert first.startswith("Benchmark: 16 of 120 episodes")
    assert last.startswith("Benchmark: 120 of 120 episodes")
    run_benchmark([READER], FakeEnv, plan, tmp_path / "silent")
    assert capfd.readouterr().err == ""


def test_a_factory_with_arguments_reaches_the_workers(tmp_path: Path) -> None:
    plan = replace(PLAN, sets=("seen",), controls={}, films=0)
    make = partial(FakeEnv, broken="none")
    assert run_benchmark([READER], make, plan, tmp_path, workers=1)["scores"][0]["n"] == 40


def test_a_film_is_made_in_the_row_in_which_the_episode_was_measured(tmp_path: Path) -> None:
    lost = {
        ("p", "seen", s): episode(seed=s, success_once=i not in (3, 18))
        for i, s in enumerate(SEEDS)
    }
    plan = replace(PLAN, sets=("seen",), films=5)
    films = films_to_make([Entrant("p", Reader)], plan, SEEDS, lost, tmp_path)
    rows = [(SEEDS[0], 0), (SEEDS[3], 3), (SEEDS[18], 2)]
    assert [(film.key[2], film.row) for film in films] == rows
    assert films[2].path == tmp_path / "p-seen-0018.mp4"

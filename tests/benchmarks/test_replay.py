"""The replays touch everything, find what differs, and go on where they stopped."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.scripts import load
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.ability import abilities
from vlsim.envs.tasks import TASKS
from vlsim.scene.randomization import TERMS

replay = load("replay")
CELL = replay.Cell("reach", "pusher", "planar", replay.ALL)
IN_THIS_PROCESS = ("at once", "after others")


@pytest.mark.parametrize("quick", [True, False])
def test_every_pair_every_term_and_every_way_is_replayed(quick: bool) -> None:
    cells = replay.cells_of(list(ENV_IDS), quick=quick)
    pairs = {(task, *able) for task in TASKS for able in abilities(TASKS[task])}
    assert {(c.task, c.robot, c.control) for c in cells if c.look == replay.ALL} == pairs
    assert {cell.look for cell in cells} >= set(TERMS)
    assert {way for ways in cells.values() for way in ways} == set(replay.WAYS)
    if not quick:
        assert {(c.task, c.robot, c.control) for c in cells if c.look == replay.PLAIN} == pairs
        assert set(cells.values()) == {replay.WAYS}


def test_every_term_draws_something_in_every_replay() -> None:
    env = make_env(**CELL.options)
    info = env.reset(seed=0)[1]
    assert set(info["randomization"]) == set(TERMS)
    env.close()


def test_nothing_differs_in_this_process() -> None:
    lines = list(replay.measure(CELL, IN_THIS_PROCESS, 2, 6))
    assert [line["replays"] for line in lines] == [4, 2]
    assert [line["steps"] for line in lines] == [12, 12]
    assert all(line[part] == 0 for line in lines for part in replay.PARTS)


def test_another_action_is_seen_as_a_difference() -> None:
    env = make_env(**CELL.options)
    original = replay.play(env, replay.benchmark_seed(0), steps=4)
    other = [*original.actions[:3], -original.actions[3]]
    changed = replay.play(env, replay.benchmark_seed(0), other).rows
    env.close()
    assert replay.compare([original], iter([(0, original.rows)])) == {
        "replays": 1,
        **dict.fromkeys(replay.PARTS, 0),
    }
    found = replay.compare([original], iter([(0, changed)]))
    assert (found["observations"], found["state hashes"]) == (1, 1)
    assert not np.array_equal(original.actions[3], other[3])


def test_it_goes_on_where_it_stopped_and_forgets_what_other_code_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def measure(cell: Any, ways: Any, seeds: int, steps: int) -> Any:
        for way in ways:
            measured.append(way)
            yield {"replays": seeds, **dict.fromkeys(replay.PARTS, 0), "steps": 9, "touched": 1}

    monkeypatch.setattr(replay, "measure", measure)
    path = tmp_path / "replays.jsonl"
    replay.replay({CELL: ("at once",)}, 2, 3, path)
    lines = replay.replay({CELL: IN_THIS_PROCESS}, 2, 3, path)
    assert measured == ["at once", "after others"]
    assert [line["way"] for line in lines] == ["at once", "after others"]
    assert "| reach | 1 | 4 | 18 | 50% | 0 | 0 | 0 |" in replay.page(lines, 2, 3)
    replay.replay({CELL: IN_THIS_PROCESS}, 3, 3, path)
    monkeypatch.setattr(replay, "code", lambda: "other")
    replay.replay({CELL: ("at once",)}, 2, 3, path)
    assert measured[2:] == ["at once", "after others", "at once"]

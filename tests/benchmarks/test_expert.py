"""The table of the expert goes on where it stopped, and notices what is stale."""

from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.scripts import load
from vlsim.envs.tasks import TASKS

expert = load("expert")
CELL = expert.Cell("reach", "pusher", "primitive", "seen", "expert")


def line(part: int, code: str, digest: str = "same", **changes: Any) -> dict[str, Any]:
    plain = {**vars(CELL), "part": part, "episodes": 50, "successes": 50, "longest_success": 9}
    plain |= {"acted": 50, "right": 50, "digest": digest, "code": code, "seconds": 1.0}
    return plain | changes


@pytest.fixture
def parts(tmp_path: Path) -> Any:
    return expert.Parts(tmp_path / "parts.jsonl")


def test_a_part_of_other_code_counts_only_if_the_first_part_came_out_the_same(parts: Any) -> None:
    second = expert.Job(CELL, 1, 50)
    parts.add(line(0, "old"))
    parts.add(line(1, "old", "second"))
    assert parts.find(second) is None
    assert parts.find(expert.Job(CELL, 0, 50)) is None
    parts.add(line(0, parts.code, "another"))
    assert parts.find(second) is None
    parts.add(line(0, parts.code))
    assert parts.find(second)["code"] == "old"
    parts.add(line(1, parts.code, "second"))
    assert parts.find(second)["code"] == parts.code


def test_what_was_written_is_there_again_without_a_line_that_was_torn(parts: Any) -> None:
    parts.add(line(0, parts.code))
    with parts.path.open("a") as file:
        file.write('{"task": "reach", "rob')
    again = expert.Parts(parts.path)
    assert again.find(expert.Job(CELL, 0, 50)) == line(0, parts.code)
    assert again.find(expert.Job(CELL, 1, 50)) is None


def test_the_table_has_the_rows_with_both_policies_and_adds_their_parts_up(parts: Any) -> None:
    parts.add(line(0, parts.code))
    assert parts.rows() == {}
    parts.add(line(1, parts.code, successes=48, longest_success=12, right=49))
    parts.add(line(0, parts.code, policy="random", successes=5, acted=0, right=0))
    parts.add(line(0, parts.code, task="lift"))
    parts.add(line(0, parts.code, task="lift", policy="random"))
    written = expert.page(parts.rows(), parts.code)
    rows = [row for row in written.splitlines() if row.startswith("| reach")]
    assert rows == [
        "| reach | pusher | primitive | 100 | 0.980 [0.930, 0.994] | 0.990 | 12 | 50 "
        "| 0.100 [0.043, 0.214] |"
    ]
    # The pusher cannot lift, whatever the folder says.
    assert "| lift" not in written
    assert "0 of 1 rows miss one" in written


def test_a_row_below_its_goal_has_a_star(parts: Any) -> None:
    row = ("reach", "pusher", "primitive", "seen")
    good, bad = line(0, "now", successes=49), line(0, "now", successes=48)
    chance, luck = line(0, "now", successes=5), line(0, "now", successes=6)
    assert expert.misses(row, {"expert": [good], "random": [chance]}) == []
    assert expert.misses(row, {"expert": [bad], "random": [luck]}) == ["expert", "random"]
    assert expert.misses((*row[:3], "chain-5"), {"expert": [bad], "random": [chance]}) == []
    assert expert.table_row(row, {"expert": [bad], "random": [luck]}).count("\\*") == 2


def test_episodes_are_shared_out_into_parts() -> None:
    assert [(j.part, j.episodes) for j in expert.jobs_of(CELL, 120)] == [(0, 50), (1, 50), (2, 20)]
    assert [j.episodes for j in expert.jobs_of(CELL, 100)] == [50, 50]


def test_every_task_is_measured_with_both_policies() -> None:
    cells = list(expert.chosen_cells(expert.ExpertConfig()))
    assert {cell.task for cell in cells} == set(TASKS)
    assert len(cells) == len(set(cells))
    assert {cell.policy for cell in cells} == {"expert", "random"}
    few = expert.chosen_cells(expert.ExpertConfig(tasks="slide", robots="pusher"))
    assert [(c.control, c.policy) for c in few] == [("planar", "expert"), ("planar", "random")]


def test_a_worker_plays_the_same_part_again() -> None:
    worker = expert.JobRunner()
    job = expert.Job(CELL, 1, 3)
    first, again = worker(job), worker(job)
    worker.close()
    assert first["digest"] == again["digest"]
    assert (first["episodes"], first["successes"], first["right"]) == (3, 3, 3)
    assert first["longest_success"] == 1

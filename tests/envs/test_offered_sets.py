"""The record of which sets have something for which task is true, and answers at once."""

import json

import pytest

from tools.docs.offered_sets import OUT
from vlsim.envs.offered_sets import check_offered, has_goal, offered_sets
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.instruction_sets import SETS
from vlsim.instruction_sets.factors import FACTORS


def test_every_task_and_every_set_is_recorded() -> None:
    recorded = json.loads(OUT.read_text())
    assert list(recorded) == list(TASKS)
    assert {name for names in recorded.values() for name in names} == set(SETS)
    assert all(recorded[task] == list(offered_sets(task)) for task in TASKS)


@pytest.mark.parametrize(
    ("task", "name", "offered"),
    [
        ("pick_place", "combo", True),
        ("pick_place", "attribute-ref", False),
        ("lift", "attribute-ref", True),
        ("reach", "chain-1", False),
        ("sequence", "chain-10", True),
    ],
)
def test_the_record_is_what_trying_gives(task: str, name: str, offered: bool) -> None:
    assert (name in offered_sets(task)) is has_goal(task, name) is offered


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_the_record_of_every_task_is_what_trying_gives(task: str) -> None:
    # A quarter of the sets for each task, another one for the next: to find nothing takes long.
    names = list(SETS)[list(TASKS).index(task) % 4 :: 4]
    assert [n for n in names if has_goal(task, n)] == [n for n in names if n in offered_sets(task)]


def test_a_set_or_pair_that_has_nothing_is_refused_with_what_to_do() -> None:
    check_offered("pick_place", "combo+light")
    for name in ("attribute-ref", "attribute-ref+light"):
        with pytest.raises(InvalidValueError, match="`vlsim list sets --task pick_place`"):
            check_offered("pick_place", name)
    with pytest.raises(UnknownNameError, match="Did you mean 'reach'"):
        offered_sets("reech")


def test_every_set_changes_one_factor() -> None:
    names = [name for names in FACTORS.values() for name in names]
    assert sorted(names) == sorted(SETS)

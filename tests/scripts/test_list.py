"""`vlsim list` shows what is registered, for people and for programs."""

import json
from itertools import groupby
from pathlib import Path

import pytest

from tests.deploy.bundles import write
from vlsim.agents import load
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.goals import GOALS
from vlsim.instruction_sets import SETS
from vlsim.interface.policy import PolicySpec
from vlsim.metrics import METRICS_OF
from vlsim.robots.catalogue import ROBOTS
from vlsim.scripts.list import POLICIES, main
from vlsim.scripts.presets import PRESETS


def listed(what: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    """Return the rows that `vlsim list WHAT --json` prints."""
    main([what, "--json"])
    lists: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
    assert list(lists) == [what]
    return lists[what]


@pytest.mark.parametrize(
    ("what", "registered"),
    [
        ("tasks", TASKS),
        ("robots", ROBOTS),
        ("sets", SETS),
        ("goals", GOALS),
        ("metrics", [name for metrics in METRICS_OF.values() for name in metrics]),
    ],
)
def test_a_list_has_everything_that_is_registered_each_with_a_description(
    what: str, registered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = listed(what, capsys)
    assert sorted(row["name"] for row in rows) == sorted(registered)
    assert all(len(row["description"]) > 10 for row in rows)


def test_a_task_shows_its_environment_id(capsys: pytest.CaptureFixture[str]) -> None:
    ids = {row["name"]: row["id"] for row in listed("tasks", capsys)}
    assert ids["pick_place"] == "vlsim/PickPlace-v1"


def test_a_task_shows_the_preset_that_was_measured_and_what_it_reached(
    capsys: pytest.CaptureFixture[str],
) -> None:
    recipes = {row["name"]: row["recipe"] for row in listed("tasks", capsys)}
    assert recipes["pick_place"] == f"vlsim train demo: {PRESETS['demo'].reaches}"
    assert recipes["stack"] == ""
    success = {row["name"]: row["success"] for row in listed("presets", capsys)}
    assert success["reach"].startswith("seen 0.")
    assert success["smoke"] == ""


def test_a_robot_shows_how_it_can_be_moved(capsys: pytest.CaptureFixture[str]) -> None:
    controls = {row["name"]: row["controls"] for row in listed("robots", capsys)}
    assert controls["pusher"] == "primitive, planar"
    assert controls["panda"] == "ee_delta, primitive, joint_delta, planar, discrete"


def test_controls_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    roles = {row["name"]: row["role"] for row in listed("sets", capsys)}
    assert roles["seen"] == "measured"
    assert roles["no-instruction"] == "blind control"
    assert roles["counterfactual"] == "wrong-words control"


def test_sets_are_grouped_by_what_they_change_and_say_which_tasks_they_go_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = {row["name"]: row for row in listed("sets", capsys)}
    assert rows["seen"]["tasks"] == "all"
    assert rows["chain-10"]["tasks"] == "sequence"
    assert rows["attribute-ref"]["factor"] == rows["relation"]["factor"] == "how things are named"
    factors = [row["factor"] for row in rows.values()]
    assert [factor for factor, _ in groupby(factors)] == list(dict.fromkeys(factors))


def test_sets_of_one_task_are_those_that_it_has_goals_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["sets", "--task", "pick_place", "--json"])
    names = {row["name"] for row in json.loads(capsys.readouterr().out)["sets"]}
    assert {"seen", "combo", "shuffled"} <= names
    assert not {"attribute-ref", "direction", "chain-3"} & names
    monkeypatch.setenv("COLUMNS", "200")
    main(["sets", "--task", "pick_place"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    heading = lines.index("places")
    assert lines[heading + 1].startswith("placement ")


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (["sets", "--task", "pick_plac"], UnknownNameError, "Did you mean 'pick_place'"),
        (["tasks", "--task", "reach"], InvalidValueError, "--task chooses among sets"),
    ],
)
def test_a_filter_that_filters_nothing_is_refused(
    words: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        main(words)


def test_presets_are_those_of_train(capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed("presets", capsys)
    assert {"demo", "reach"} <= {row["name"] for row in rows}
    assert all(row["description"] for row in rows)


def test_policies_are_the_scripted_ones_the_folders_and_the_zoo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zoo" / "README.md").mkdir(parents=True)
    write(tmp_path / "zoo" / "reach.vlsim", spec=PolicySpec("planar", "iiwa", {"front": 96}, 10))
    write(tmp_path / "zoo" / "demo.vlsim", spec=PolicySpec("primitive"))
    monkeypatch.setattr(load, "files", lambda _: tmp_path)
    rows = {row["name"]: row["description"] for row in listed("policies", capsys)}
    assert list(rows) == [*POLICIES, "zoo:demo", "zoo:reach"]
    needs = "control planar, robot iiwa, camera front (96 pixels), 10 Hz"
    assert rows["zoo:reach"] == f"comes with vlsim; {needs}"


def test_without_a_zoo_there_are_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(load, "files", lambda _: tmp_path)
    assert [row["name"] for row in listed("policies", capsys)] == [*POLICIES]


def test_a_table_has_a_line_for_each_entry(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    main(["tasks"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "tasks"
    assert [line.split()[0] for line in lines[2 : 2 + len(TASKS)]] == list(TASKS)


def test_an_unknown_list_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match=r"No list named 'taks'\. Did you mean 'tasks'\?"):
        main(["taks"])

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.bundles import write
from tests.scripts.fake_world import install
from vlsim.envs.offered_sets import offered_sets
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.policy import PolicySpec
from vlsim.scripts.benchmark import main

CONTROLS = ["no-instruction", "shuffled", "counterfactual", "gibberish"]


def command(out: Path, *more: str) -> list[str]:
    return ["--task", "reach", "--episodes", "20", "--workers", "0", "--out", str(out), *more]


def test_it_prints_a_table_and_writes_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = install(monkeypatch)
    main(command(tmp_path, "--policy", "reader", "--policy", "rowdy", "--sets", "seen,combo"))
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "benchmark.json",
        "episodes.jsonl",
        "results.json",
        "report.html",
        "videos",
    }
    text = capsys.readouterr().out
    assert "reader: seen minus no-instruction" in text
    assert "Warning: n = 20 is below 50" in text
    assert f"Report: {tmp_path / 'report.html'}" in text
    results = json.loads((tmp_path / "results.json").read_text())
    assert sorted(results["sets"][2:]) == sorted(CONTROLS)
    assert results["control"] == "ee_delta"
    assert {call[0] for call in calls} == {"load_policy", "make_env"}
    assert ("load_policy", "reader", "ee_delta") in calls


def test_json_prints_the_results_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    main(command(tmp_path, "--policy", "reader", "--json"))
    assert json.loads(capfd.readouterr().out) == json.loads((tmp_path / "results.json").read_text())


def test_all_sets_are_all_that_the_task_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    more = ["--policy", "reader", "--sets", "all", "--episodes", "1", "--films", "0"]
    main(command(tmp_path, *more))
    results = json.loads((tmp_path / "results.json").read_text())
    assert sorted(results["sets"]) == sorted(offered_sets("reach"))
    assert "chain-3" not in results["sets"]


def test_bounds_are_added_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    main(command(tmp_path, "--policy", "reader", "--policy", "expert", "--bounds", "--films", "0"))
    results = json.loads((tmp_path / "results.json").read_text())
    rows = dict.fromkeys((s["policy"], s["is_bound"]) for s in results["scores"])
    assert list(rows) == [("reader", False), ("expert", True), ("random", True)]
    controls = {s["policy"] for s in results["scores"] if s["role"] != "measured"}
    assert controls == {"reader"}


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        (["--policy", "reader", "--sets", ""], InvalidValueError, "No instruction set is named"),
        (["--policy", "reader", "--sets", "sean"], UnknownNameError, "Did you mean 'seen'"),
        (["--policy", "reader", "--task", "peach"], UnknownNameError, "Did you mean 'reach'"),
        (["--policy", "reeder"], UnknownNameError, "Did you mean 'reader'"),
        ([], InvalidValueError, "at least one policy"),
        (
            ["--policy", "reader", "--task", "pick_place", "--sets", "seen,attribute-ref"],
            InvalidValueError,
            "The set 'attribute-ref' has nothing for the task 'pick_place'",
        ),
        (
            ["--policy", "reader", "--sets", "light+chain-3"],
            InvalidValueError,
            "The set 'chain-3' has nothing for the task 'reach'",
        ),
        (["--policy", "reader", "--robot", "iwa"], UnknownNameError, "Did you mean 'iiwa'"),
        (
            ["--policy", "reader", "--robot", "pusher"],
            InvalidValueError,
            "'pusher' cannot be moved by control 'ee_delta'",
        ),
        (
            ["--policy", "reader", "--randomization", "lihgt"],
            UnknownNameError,
            "Did you mean 'light'",
        ),
        (
            ["--policy", "reader", "--episodes", "0"],
            InvalidValueError,
            "episodes must be at least 1",
        ),
        (["--policy", "reader", "--workers", "-1"], InvalidValueError, "workers must be 0 or more"),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    error: type[Exception],
    message: str,
) -> None:
    install(monkeypatch)
    with pytest.raises(error, match=message) as caught:
        main(command(tmp_path / "out", *more))
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "out").glob("episodes*"))


def test_robot_and_randomisation_reach_the_environments_and_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = install(monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    more = ["--policy", "reader", "--robot", "iiwa", "--randomization", "light,mass"]
    main(command(tmp_path, *more, "--sets", "seen"))
    for call in calls:
        if call[0] == "make_env":
            assert {("robot", "iiwa"), ("randomization", "light,mass")} <= set(call[3:])
    results = json.loads((tmp_path / "results.json").read_text())
    assert (results["robot"], results["randomization"]) == ("iiwa", "light,mass")
    assert "reach, ee_delta, iiwa, randomised: light,mass" in capsys.readouterr().out
    report = (tmp_path / "report.html").read_text()
    assert "robot iiwa · randomised: light,mass · 20 episodes" in report


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--robot", "iiwa"], "in which robot is 'panda', not 'iiwa'"),
        (["--randomization", "light"], "in which randomization is '', not 'light'"),
    ],
)
def test_a_folder_never_mixes_robots_or_randomisations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], message: str
) -> None:
    install(monkeypatch)
    main(command(tmp_path, "--policy", "reader", "--sets", "seen"))
    with pytest.raises(InvalidValueError, match=message):
        main(command(tmp_path, "--policy", "reader", "--sets", "seen", *more))


def test_a_policy_meets_the_robot_that_it_was_trained_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = install(monkeypatch)
    spec = PolicySpec("ee_delta", "iiwa", {"front": 96})
    policy = str(write(tmp_path / "reader.vlsim", spec=spec))
    main(command(tmp_path / "out", "--policy", policy, "--sets", "seen"))
    made = [call for call in calls if call[0] == "make_env"]
    assert made
    assert all(
        {("robot", "iiwa"), ("image_size", 96)}
        <= {item for item in call[3:] if item[0] != "cameras"}
        for call in made
    )


def test_a_policy_of_another_task_is_measured_and_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    spec, about = PolicySpec("ee_delta"), {"task": "push"}
    policy = str(write(tmp_path / "reader.vlsim", spec=spec, about=about))
    main(command(tmp_path / "out", "--policy", policy, "--sets", "seen", "--films", "0"))
    assert f"vlsim: Warning: {policy} was trained for the task 'push'" in capsys.readouterr().err
    assert (tmp_path / "out" / "results.json").is_file()


def test_ctrl_c_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)

    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vlsim.evaluation.run_benchmark", interrupt)
    with pytest.raises(KeyboardInterrupt):
        main(command(tmp_path, "--policy", "reader"))
    assert f"is in {tmp_path}; the same command goes on" in capsys.readouterr().err


def test_help_needs_neither_torch_nor_the_simulator() -> None:
    code = (
        "import sys; from vlsim.scripts import benchmark, record; "
        "assert not {'torch', 'pybullet', 'transformers', 'imageio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.deploy.bundles import write
from tests.evaluation.fakes import FakeEnv
from tests.scripts.fake_world import install
from vlsim.episode import read_episodes
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.evaluation import benchmark_seeds
from vlsim.scripts.benchmark import main as benchmark
from vlsim.scripts.record import main


def command(out: Path, *more: str) -> list[str]:
    return ["--policy", "reader", "--task", "reach", "--out", str(out), *more]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_episode_gets_a_film_its_steps_and_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    main(command(tmp_path, "--episodes", "2", "--set", "combo"))
    assert names(tmp_path) == [
        "combo-000.jsonl",
        "combo-000.mp4",
        "combo-001.jsonl",
        "combo-001.mp4",
        "episodes.jsonl",
    ]
    assert [e.seed for e in read_episodes(tmp_path / "episodes.jsonl")] == benchmark_seeds(2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"success {tmp_path / 'combo-000.mp4'}  say ")


def test_it_films_the_very_episodes_that_the_benchmark_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    rowdy = ["--policy", "rowdy", "--task", "reach", "--seed", "5"]
    more = ["--sets", "seen", "--episodes", "20", "--films", "0", "--workers", "0"]
    benchmark([*rowdy, *more, "--out", str(tmp_path / "b")])
    main([*rowdy, "--out", str(tmp_path / "r"), "--first", "15", "--episodes", "3"])
    counted = read_episodes(tmp_path / "b" / "episodes.jsonl")
    filmed = read_episodes(tmp_path / "r" / "episodes.jsonl")
    assert filmed == [e for e in counted if e.set == "seen"][15:18]


def test_gif_and_heat_map_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    options = ["--policy", "looker", "--task", "reach", "--episodes", "1"]
    main([*options, "--out", str(tmp_path), "--gif", "--heatmap"])
    assert "seen-000.gif" in names(tmp_path)


def test_cameras_are_shown_beside_the_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = install(monkeypatch)
    asked: list[tuple[str, int]] = []

    def look(self: FakeEnv, name: str, size: int) -> NDArray[np.uint8]:
        asked.append((name, size))
        return np.full((size, size, 3), 99, np.uint8)

    monkeypatch.setattr(FakeEnv, "camera_picture", look, raising=False)
    more = ["--episodes", "1", "--robot", "iiwa", "--randomization", "light"]
    main(command(tmp_path, *more, "--cameras", "wrist,viewer,front"))
    options = dict(item for item in calls[1][3:] if isinstance(item, tuple))
    assert options["cameras"] == ("front", "wrist", "viewer")
    assert (options["robot"], options["randomization"]) == ("iiwa", "light")
    # Half as wide as the fake picture, which is 40 x 60.
    assert set(asked) == {("wrist", 30), ("viewer", 30), ("front", 30)}
    frame = imageio.imread(tmp_path / "seen-000.mp4", index=0)
    # Two columns of pictures beside it, with gaps of 8.
    assert frame.shape[1] == 60 + 2 * (8 + 30)
    main(command(tmp_path / "one", *more, "--cameras", "wrist"))
    assert asked[-1] == ("wrist", 60)


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        (["--heatmap"], InvalidValueError, "The policy 'reader' has no heat-map"),
        (["--set", "sen"], UnknownNameError, "Did you mean 'seen'"),
        (["--task", "peach"], UnknownNameError, "Did you mean 'reach'"),
        (["--policy", "reeder"], UnknownNameError, "Did you mean 'reader'"),
        (["--robot", "iwa"], UnknownNameError, "Did you mean 'iiwa'"),
        (["--control", "planar", "--task", "lift"], InvalidValueError, "cannot be done by control"),
        (["--cameras", "front,wirst"], UnknownNameError, "Did you mean 'wrist'"),
        (["--cameras", "wrist,,front"], InvalidValueError, "A camera is missing beside a comma"),
        (["--set", ""], InvalidValueError, "No instruction set is named"),
        (["--randomization", "lihgt"], UnknownNameError, "Did you mean 'light'"),
        (["--episodes", "0"], InvalidValueError, "episodes must be at least 1"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    error: type[Exception],
    message: str,
) -> None:
    install(monkeypatch)
    with pytest.raises(error, match=message):
        main(command(tmp_path, *more))
    assert names(tmp_path) == []


def test_a_policy_of_another_task_is_filmed_and_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    spec = {"control": "ee_delta", "image_size": 64, "task": "push"}
    policy = str(write(tmp_path / "reader.vlsim", spec=spec))
    main(["--policy", policy, "--task", "reach", "--episodes", "1", "--out", str(tmp_path / "r")])
    assert f"vlsim: Warning: {policy} was trained for the task 'push'" in capsys.readouterr().err
    assert (tmp_path / "r" / "seen-000.mp4").is_file()

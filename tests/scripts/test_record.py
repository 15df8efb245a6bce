from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.deploy.bundles import write
from tests.evaluation.fakes import SIDE, FakeEnv
from tests.scripts.fake_world import install
from vlsim.errors import InstructionError, InvalidValueError, UnknownNameError
from vlsim.evaluation import EvaluationError, benchmark_seeds
from vlsim.evaluation.screen import panel_side
from vlsim.interface.policy import PolicySpec
from vlsim.records import read_episodes
from vlsim.scripts.__main__ import main as vlsim
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
        "episodes.jsonl",
        "films.json",
        "reader-combo-0000.jsonl",
        "reader-combo-0000.mp4",
        "reader-combo-0001.jsonl",
        "reader-combo-0001.mp4",
    ]
    assert [e.seed for e in read_episodes(tmp_path / "episodes.jsonl")] == benchmark_seeds(2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"success {tmp_path / 'reader-combo-0000.mp4'}  say ")


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
    assert "looker-seen-0000.gif" in names(tmp_path)


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
    side = panel_side(SIDE)
    assert set(asked) == {("wrist", side), ("viewer", side), ("front", side)}
    frame = imageio.imread(tmp_path / "reader-seen-0000.mp4", index=0)
    # Two columns of two and one of one: what the policy sees, the reward and the cameras.
    assert frame.shape[1] == SIDE + 3 * (8 + side)


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


def test_a_second_record_adds_its_films_and_replaces_those_of_the_same_episodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    main(command(tmp_path, "--episodes", "2"))
    main(command(tmp_path, "--episodes", "2", "--first", "1"))
    main(["--policy", "rowdy", *command(tmp_path, "--episodes", "1", "--set", "combo")[2:]])
    seeds = benchmark_seeds(3)
    episodes = read_episodes(tmp_path / "episodes.jsonl")
    expected = [("reader", "seen", seed) for seed in seeds] + [("rowdy", "combo", seeds[0])]
    assert [(e.policy, e.set, e.seed) for e in episodes] == expected
    assert len(list(tmp_path.glob("*.mp4"))) == 4


def test_a_folder_with_something_else_is_refused_and_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    out = tmp_path / "b"
    rest = ["--sets", "seen", "--episodes", "20", "--films", "0", "--workers", "0"]
    benchmark(command(out, *rest))
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InvalidValueError, match=r"holds episodes\.jsonl of something else"):
        main(command(out))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    main(command(tmp_path / "r", "--episodes", "1"))
    with pytest.raises(InvalidValueError, match="films in which task is 'reach', not 'push'; choo"):
        main(["--policy", "reader", "--task", "push", "--out", str(tmp_path / "r")])


def on_reset(monkeypatch: pytest.MonkeyPatch, call: Callable[[int | None, Any], None]) -> None:
    """Call this with seed and options at every reset of the fake world."""
    plain = FakeEnv.reset

    def reset(self: FakeEnv, *, seed: int | None = None, options: Any = None) -> Any:
        call(seed, options)
        return plain(self, seed=seed, options=options)

    monkeypatch.setattr(FakeEnv, "reset", reset)


def test_ctrl_c_keeps_the_lines_of_the_films_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    third = benchmark_seeds(3)[2]

    def interrupt(seed: int | None, options: Any) -> None:
        if seed == third:
            raise KeyboardInterrupt

    on_reset(monkeypatch, interrupt)
    with pytest.raises(KeyboardInterrupt):
        main(command(tmp_path))
    assert len(read_episodes(tmp_path / "episodes.jsonl")) == len(list(tmp_path.glob("*.mp4"))) == 2
    assert f"Stopped. The finished films are in {tmp_path}." in capsys.readouterr().err


def test_a_full_disk_is_one_line_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    install(monkeypatch)

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("imageio_ffmpeg.write_frames", refuse)
    with pytest.raises(EvaluationError, match=r"filming reader-seen-0000\.mp4 failed: .*No space"):
        main(command(tmp_path))
    assert caplog.records == []
    assert names(tmp_path) == []


def test_an_instruction_of_ones_own_is_what_the_episode_begins_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    asked: list[object] = []
    on_reset(monkeypatch, lambda seed, options: asked.append(options))
    scene = tmp_path / "scene.json"
    scene.write_text('{"objects": []}')
    words = ["--instruction", "touch the ball", "--scene", str(scene), "--episodes", "1"]
    main(command(tmp_path / "out", *words))
    assert asked == [{"instruction": "touch the ball", "scene": {"objects": []}}] * 2
    (film,) = (tmp_path / "out").glob("*.mp4")
    assert film.name.startswith("reader-touch-the-ball-")


@pytest.mark.parametrize("words", ["lift the grmpf", "close the drawer"])
def test_an_instruction_that_no_episode_can_have_is_one_line_and_leaves_nothing(
    tmp_path: Path, words: str
) -> None:
    out = ["--out", str(tmp_path / "out")]
    with pytest.raises(InstructionError, match=words.split()[-1]):
        main(["--policy", "expert", "--task", "reach", "--instruction", words, *out])
    assert names(tmp_path) == []


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))
    options = [*command(tmp_path, "--episodes", "1")[:4], "--episodes", "1", "--out=~/films"]
    assert vlsim(["record", *options]) == 0
    assert (tmp_path / "films" / "reader-seen-0000.mp4").is_file()


def test_a_policy_of_another_task_is_filmed_and_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    spec, about = PolicySpec("ee_delta"), {"task": "push"}
    policy = str(write(tmp_path / "reader.vlsim", spec=spec, about=about))
    main(["--policy", policy, "--task", "reach", "--episodes", "1", "--out", str(tmp_path / "r")])
    assert f"vlsim: Warning: {policy} was trained for the task 'push'" in capsys.readouterr().err
    assert len(list((tmp_path / "r").glob("*-seen-0000.mp4"))) == 1

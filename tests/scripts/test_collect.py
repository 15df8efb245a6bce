"""`vlsim collect`: what it writes, that it goes on, and what mistakes are answered with."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from vlsim.agents.scripted.expert import Expert
from vlsim.data import manifest as manifests
from vlsim.data.collection import PROVENANCE
from vlsim.data.demonstrations import load_demonstrations
from vlsim.data.manifest import MANIFEST
from vlsim.data.recorder import Recorder, Step
from vlsim.envs import make_env
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.interface.labels import LABELS
from vlsim.scripts.__main__ import main as vlsim
from vlsim.scripts.collect import main


def command(out: Path, *more: str) -> list[str]:
    reach = ["--task", "reach", "--episodes", "3", "--image-size", "32", "--out", str(out)]
    return [*reach, "--workers", "0", *more]


def contents(folder: Path) -> dict[str, bytes]:
    # The provenance tells the time.
    files = (path for path in folder.iterdir() if path.is_file())
    return {path.name: path.read_bytes() for path in files if path.name != PROVENANCE}


def test_it_records_what_the_expert_saw_and_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command(tmp_path))
    found = load_demonstrations(tmp_path)
    expected = f"{tmp_path}: kept 3 of 3 episodes, {len(found)} steps.\n"
    assert capsys.readouterr().out == expected
    assert found.n_episodes == 3
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    second = manifest["shards"][0]["episodes"][1]
    env, expert = make_env("reach", "ee_delta", image_size=32, privileged=True), Expert()
    observation, info = env.reset(seed=second["seed"])
    expert.reset([second["seed"]], [second["instruction"]])
    expert.inform([env.ground_truth])
    assert info["instruction"] == second["instruction"]
    assert json.loads(second["goal"]) == env.goal.to_json()
    assert manifest["fps"] == 10 == env.metadata["render_fps"]
    rows = np.flatnonzero(found.episode == 1)
    assert len(rows) == second["steps"]
    for row in rows:
        action = expert.act({})[0, 0]
        assert np.array_equal(found.action[row], action)
        seen = {key: array for key, array in observation.items() if key not in LABELS}
        assert all(np.array_equal(getattr(found, k)[row], v) for k, v in seen.items())
        observation, reward, *_, info = env.step(action)
        assert found.success[row] == info["is_success"]
        assert found.reward[row] == np.float32(reward)
    env.close()
    assert info["is_success"]


EVERY = [(task, control) for task in TASKS for control in TASKS[task].horizon]


@pytest.mark.parametrize(("task", "control"), EVERY)
def test_what_is_recorded_of_any_task_can_be_loaded(
    tmp_path: Path, task: str, control: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Recorder._episode

    def begin(self: Recorder, seed: int) -> list[Step]:
        self._env.task = replace(self._env.task, horizon={control: 1})
        steps = original(self, seed)
        return [*steps[:-1], steps[-1]._replace(success=True)]

    monkeypatch.setattr(Recorder, "_episode", begin)
    main(command(tmp_path, "--task", task, "--control", control, "--episodes", "1"))
    found = load_demonstrations(tmp_path)
    env = make_env(task, control, image_size=32, privileged=True)
    for key, space in env.observation_space.items():
        if key in LABELS:
            continue
        assert getattr(found, key).shape[1:] == space.shape
        assert getattr(found, key).dtype == space.dtype
    assert found.action.shape[1:] == (env.control.size,)
    env.close()


def test_a_chain_is_recorded_with_its_parts_and_what_they_are_about(tmp_path: Path) -> None:
    """Episode 1 of this seed shuts a drawer and lifts a cube."""
    sequence = ["--task", "sequence", "--episodes", "2", "--image-size", "64"]
    main(command(tmp_path, *sequence))
    found, shard = load_demonstrations(tmp_path), json.loads((tmp_path / MANIFEST).read_text())
    second = shard["shards"][0]["episodes"][1]
    (first, shut), (later, lift) = second["subtasks"]
    assert (first, "drawer" in shut or "tray" in shut, "lift" in lift or "pick" in lift) == (
        0,
        True,
        True,
    )
    rows = np.flatnonzero(found.episode == 1)
    names = [second["objects"][found.objects[row, 0]] for row in rows]
    assert set(names[:later]) == {"drawer"}
    assert set(names[later:]) == {"blue cube"}
    assert (found.objects[:, 1] == -1).all() and (found.boxes[:, 1] == -1).all()
    left, top, right, bottom = found.boxes[rows[later], 0].tolist()
    column, row = found.points[rows[later], 0]
    assert left <= column < right and top <= row < bottom
    seen = found.image[rows[later], top:bottom, left:right].reshape(-1, 3).mean(0)
    assert seen[2] > 2 * seen[0], "the box does not show a blue thing"


def test_failed_episodes_are_counted_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = Recorder._episode
    lengths = []

    def fail_the_second(self: Recorder, seed: int) -> list[Step]:
        steps = original(self, seed)
        lengths.append(len(steps))
        return [step._replace(success=False) for step in steps] if len(lengths) == 2 else steps

    monkeypatch.setattr(Recorder, "_episode", fail_the_second)
    main(command(tmp_path))
    assert f"kept 2 of 3 episodes, {lengths[0] + lengths[2]} steps" in capsys.readouterr().out
    assert set(load_demonstrations(tmp_path).episode.tolist()) == {0, 2}


def test_an_interrupted_run_goes_on_and_gives_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manifests, "SHARD_EPISODES", 1)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    main(command(whole))
    original = Recorder._episode
    calls = []

    def interrupt(self: Recorder, seed: int) -> object:
        calls.append(seed)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(self, seed)

    monkeypatch.setattr(Recorder, "_episode", interrupt)
    assert vlsim(["collect", *command(parts)]) == 130
    assert f"is in {parts}; the same command goes on" in capsys.readouterr().err
    assert set(contents(parts)) == {MANIFEST, "shard-00000.safetensors"}
    main(command(parts))
    assert len(calls) == 4, "the first episode was recorded twice"
    assert contents(parts) == contents(whole)


def test_workers_give_the_same_files(tmp_path: Path) -> None:
    main(command(tmp_path / "here"))
    main([*command(tmp_path / "there")[:-1], "1"])
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_it_records_another_robot_under_a_randomisation(tmp_path: Path) -> None:
    more = ["--episodes", "1", "--robot", "iiwa", "--randomization", "light,background"]
    main(command(tmp_path, *more))
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert manifest["request"]["robot"] == "iiwa"
    assert manifest["request"]["randomization"] == "light,background"
    seed = manifest["shards"][0]["episodes"][0]["seed"]
    env = make_env("reach", robot="iiwa", randomization=["light", "background"], image_size=32)
    observation, _ = env.reset(seed=seed)
    env.close()
    assert np.array_equal(load_demonstrations(tmp_path).image[0], observation["image"])


def test_pictures_of_further_cameras_lie_beside_those_of_the_front_one(tmp_path: Path) -> None:
    main(command(tmp_path, "--episodes", "1", "--cameras", "front,wrist"))
    found = load_demonstrations(tmp_path, 1)
    assert list(found.pictures) == ["image_wrist"]
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert manifest["request"]["cameras"] == ["front", "wrist"]
    env = make_env("reach", cameras=("front", "wrist"), image_size=32)
    observation, _ = env.reset(seed=manifest["shards"][0]["episodes"][0]["seed"])
    env.close()
    assert np.array_equal(found.image[0], observation["image"])
    assert np.array_equal(found.pictures["image_wrist"][0], observation["image_wrist"])
    assert len(found.pictures["image_wrist"]) == len(found)
    plain = tmp_path / "plain"
    main(command(plain, "--episodes", "1"))
    assert np.array_equal(load_demonstrations(plain).action, found.action)


def test_a_shard_without_a_camera_that_was_asked_for_is_refused(tmp_path: Path) -> None:
    main(command(tmp_path, "--episodes", "1"))
    path = tmp_path / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["request"]["cameras"] = ["front", "wrist"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(InvalidValueError, match="boxes, episode, image, image_wrist"):
        load_demonstrations(tmp_path)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--task", "peach"], "Did you mean 'reach'"),
        (["--control", "ee-delta"], "Did you mean 'ee_delta'"),
        (["--cameras", "front,wirst"], "Did you mean 'wrist'"),
        (["--cameras", "wrist,,front"], "A camera is missing beside a comma"),
        (["--robot", "iwa"], "Did you mean 'iiwa'"),
        (["--robot", "pusher"], "'pusher' cannot be moved by control 'ee_delta'"),
        (["--task", "drawer", "--control", "planar"], "cannot be done by control 'planar'"),
        (["--randomization", "lihgt"], "Did you mean 'light'"),
        (["--set", "sean"], "Did you mean 'seen'"),
        (["--set", ""], "one instruction set"),
        (["--set", "seen,combo"], "one instruction set"),
        (["--image-size", "7"], "image_size must"),
        (["--format", "rlds"], "vlsim"),
        (["--workers", "-1"], "workers must be 0 or more"),
        (["--episodes", "0"], "episodes must be at least 1, got 0"),
        (["--seed", "-1"], "seed must be a whole number from 0 to 2**63 - 1, got -1"),
    ],
)
def test_a_mistake_is_one_line_and_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], message: str
) -> None:
    assert vlsim(["collect", *command(tmp_path), *more]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_lerobot_dataset_lies_beside_the_shards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command(tmp_path, "--cameras", "front,wrist"))
    assert not (tmp_path / "lerobot").exists()
    shards = contents(tmp_path)
    main(command(tmp_path, "--cameras", "front,wrist", "--format", "lerobot"))
    assert capsys.readouterr().out.endswith(f"LeRobot dataset: {tmp_path / 'lerobot'}\n")
    assert shards.items() <= contents(tmp_path).items()
    info = json.loads((tmp_path / "lerobot" / "meta" / "info.json").read_text())
    assert (info["fps"], info["robot_type"], info["total_episodes"]) == (10, "panda", 3)
    assert list(info["features"])[:3] == [
        "observation.images.front",
        "observation.images.wrist",
        "observation.state",
    ]
    found = load_demonstrations(tmp_path)
    data = parquet.read_table(tmp_path / "lerobot" / "data" / "chunk-000" / "file-000.parquet")
    assert data["action"].to_pylist() == found.action.tolist()
    (subtask,) = data["language_persistent"].to_pylist()[0]
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert subtask["content"] == manifest["shards"][0]["episodes"][0]["instruction"]
    question, _ = data["language_events"].to_pylist()[0]
    assert question["content"].startswith("What is the bounding box of the ")


def test_another_request_does_not_touch_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command(tmp_path))
    before = contents(tmp_path)
    assert vlsim(["collect", *command(tmp_path, "--seed", "1")]) == 2
    assert "with seed = 0, not 1; choose another folder" in capsys.readouterr().err
    assert contents(tmp_path) == before


def test_help_needs_neither_torch_nor_the_simulator() -> None:
    code = (
        "import sys; from vlsim.scripts import collect; "
        "assert not {'torch', 'pybullet', 'transformers', 'imageio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_perception_fills_a_folder_and_refuses_options_of_demonstrations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--kind=perception", "--pictures", "34", "--image-size", "32", "--workers", "0"]
    main([*asked, "--out", str(tmp_path / "out")])
    assert capsys.readouterr().out == f"{tmp_path / 'out'}: 34 pictures.\n"
    assert len(list((tmp_path / "out" / "images").iterdir())) == 34
    for more, words in (
        (["--task", "reach"], "--task"),
        (["--pictures", "3"], "3 pictures are too few: the split 'test' would be empty"),
        (["--format", "lerobot"], "lerobot"),
    ):
        assert vlsim(["collect", *asked, "--out", str(tmp_path / "no"), *more]) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1
    assert not (tmp_path / "no").exists()
    assert vlsim(["collect", "--pictures", "9", "--task", "reach", "--out", "x"]) == 2
    assert "--pictures" in capsys.readouterr().err

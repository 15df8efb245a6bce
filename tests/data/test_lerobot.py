"""A LeRobot dataset holds what was recorded, in the files and columns that LeRobot reads.

`benchmarks/lerobot_readback.py` reads one with LeRobot itself, which cannot be installed here.
"""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from PIL import Image
from pyarrow import parquet

from tests.data.test_demonstrations import FAILED, STEPS, asked, attempt, fill, steps
from vlsim.data import lerobot
from vlsim.data.collection import Collection, pack
from vlsim.data.demonstrations import load_demonstrations
from vlsim.data.lerobot import write_lerobot
from vlsim.data.lerobot_language import question_rows
from vlsim.errors import InvalidValueError, MissingExtraError
from vlsim.interface.observation import channels

KEPT = 27


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown")
    fill(folder)
    write_lerobot(folder, folder / "lerobot")
    return folder


def read_json(folder: Path, name: str) -> Any:
    return json.loads((folder / "lerobot" / "meta" / name).read_text())


def rows(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "lerobot").glob("data/chunk-000/*.parquet"))
    assert [file.name for file in files] == ["file-000.parquet", "file-001.parquet"]
    return [row for file in files for row in parquet.read_table(file).to_pylist()]


def test_info_says_what_there_is(folder: Path) -> None:
    info = read_json(folder, "info.json")
    assert info["codebase_version"] == "v3.0"
    assert (info["total_episodes"], info["total_frames"]) == (KEPT, KEPT * STEPS)
    assert (info["robot_type"], info["fps"]) == ("panda", 1)
    assert info["splits"] == {"train": f"0:{KEPT}"}
    assert info["features"]["observation.state"] == {
        "dtype": "float32",
        "shape": [6],
        "names": ["x", "y", "z", "yaw", "tilt", "opening"],
    }
    assert info["features"]["observation.images.front"]["shape"] == [8, 8, 3]
    (path, *_) = sorted((folder / "lerobot").glob("data/*/*"))
    names = info["data_path"].format(chunk_index=0, file_index=0)
    assert path == folder / "lerobot" / names
    assert not any("/" in name for name in info["features"])


def test_every_frame_is_there_and_equal(folder: Path) -> None:
    shown, found = load_demonstrations(folder), rows(folder)
    assert len(found) == len(shown)
    columns = read_json(folder, "info.json")["features"].keys()
    for i, row in enumerate(found):
        assert row.keys() == columns
        with Image.open(io.BytesIO(row["observation.images.front"]["bytes"])) as picture:
            assert np.array_equal(np.array(picture), shown.image[i])
        assert row["observation.state"] == shown.proprio[i, :6].tolist()
        assert row["action"] == shown.action[i].tolist()
        assert row["next.reward"] == shown.reward[i]
        assert row["next.success"] == row["next.done"] == bool(i % STEPS)
        assert (row["index"], row["episode_index"]) == (i, i // STEPS)
        assert row["frame_index"] == row["timestamp"] == i % STEPS


def test_an_episode_is_a_row_group_and_its_words_are_a_task(folder: Path) -> None:
    file = parquet.ParquetFile(folder / "lerobot" / "data" / "chunk-000" / "file-000.parquet")
    assert file.num_row_groups == 24
    tasks = pandas.read_parquet(folder / "lerobot" / "meta" / "tasks.parquet")
    assert tasks.index.name == "task"
    kept = [i for i in range(28) if i != FAILED]
    assert tasks.index.tolist() == [f"touch {i}" for i in kept]
    path = folder / "lerobot" / "meta" / "episodes" / "chunk-000" / "file-000.parquet"
    episodes = parquet.read_table(path).to_pylist()
    assert [episode["tasks"] for episode in episodes] == [[f"touch {i}"] for i in kept]
    assert [episode["vlsim/seed"] for episode in episodes] == [10 * i for i in kept]
    last = episodes[-1]
    assert (last["data/file_index"], last["dataset_to_index"]) == (1, KEPT * STEPS)
    assert (last["length"], last["dataset_from_index"]) == (STEPS, (KEPT - 1) * STEPS)
    first = load_demonstrations(folder, 1)
    assert episodes[0]["stats/action/mean"] == pytest.approx(first.action.mean(0, float).tolist())
    assert episodes[0]["stats/observation.images.front/count"] == [STEPS]


def test_statistics_are_those_of_all_frames(folder: Path) -> None:
    stats, shown = read_json(folder, "stats.json"), load_demonstrations(folder)
    assert stats.keys() == read_json(folder, "info.json")["features"].keys() - {
        "language_persistent",
        "language_events",
    }
    pictures = shown.image / 255
    ours = {name: np.array(value) for name, value in stats["observation.images.front"].items()}
    assert ours["mean"].shape == (3, 1, 1)
    for name, expected in (
        ("mean", pictures.mean((0, 1, 2))),
        ("std", pictures.std((0, 1, 2))),
        ("min", pictures.min((0, 1, 2))),
        ("max", pictures.max((0, 1, 2))),
        ("q10", np.quantile(pictures, 0.1, axis=(0, 1, 2), method="inverted_cdf")),
    ):
        assert np.allclose(ours[name].ravel(), expected, atol=1e-12), name
    assert stats["action"]["q90"] == pytest.approx(np.quantile(shown.action, 0.9, axis=0), abs=1e-6)
    assert stats["action"]["count"] == [len(shown)]


def test_language_columns_say_what_is_asked_for_and_where_it_is(folder: Path) -> None:
    shown = load_demonstrations(folder)
    asked_for, n_roles = 0, shown.objects.shape[1]
    for i, row in enumerate(rows(folder)):
        (subtask,) = row["language_persistent"]
        assert subtask["style"] == "subtask" and subtask["camera"] is None
        assert subtask["content"].startswith("touch ") and subtask["timestamp"] == 0
        # In these files only the object 0 has a name.
        named = [
            r for r in range(n_roles) if shown.objects[i, r] == 0 and shown.boxes[i, r, 0] != -1
        ]
        if not named:
            assert row["language_events"] == []
            continue
        question, answer = row["language_events"]
        assert (question["role"], answer["role"]) == ("user", "assistant")
        assert {entry["style"] for entry in (question, answer)} == {"vqa"}
        assert {entry["camera"] for entry in (question, answer)} == {"observation.images.front"}
        told = json.loads(answer["content"])
        if row["frame_index"] % 2 == 0:
            boxes = [box["bbox"] for box in told["detections"]]
            assert boxes == [shown.boxes[i, r].tolist() for r in named]
        else:
            point = shown.points[i, named[0]]
            assert told["point"] == pytest.approx(point.tolist(), abs=0.051)
        asked_for += 1
    assert asked_for > 5


def test_actions_of_one_entry_are_plain_numbers(tmp_path: Path) -> None:
    does = channels("discrete")
    request = replace(asked(1), control="discrete", pose=does.pose, action=does.action)
    chosen = np.array([[3.0], [7.0]], np.float32)
    shown = replace(steps([0]), action=chosen, proprio=np.zeros((2, 7), np.float32))
    Collection(tmp_path, request).add(pack(0, shown, [attempt(0, True)]))
    write_lerobot(tmp_path, tmp_path / "lerobot")
    assert read_json(tmp_path, "info.json")["features"]["action"]["shape"] == [1]
    table = parquet.read_table(tmp_path / "lerobot" / "data" / "chunk-000" / "file-000.parquet")
    assert table["action"].to_pylist() == [3.0, 7.0]
    assert read_json(tmp_path, "stats.json")["action"]["max"] == [7.0]


def test_an_object_with_two_roles_is_asked_for_once() -> None:
    boxes, points = np.array([[1, 2, 3, 4]] * 3), np.zeros((3, 2), np.float32)
    objects = np.array([0, 1, 0])
    _, answer = question_rows(0, ("red cube", "blue cube"), objects, boxes, points)
    labels = [box["label"] for box in json.loads(answer["content"])["detections"]]
    assert labels == ["red cube", "blue cube"]


def test_the_same_demonstrations_give_the_same_files(folder: Path, tmp_path: Path) -> None:
    write_lerobot(folder, tmp_path / "again")
    files = [path for path in sorted((tmp_path / "again").rglob("*")) if path.is_file()]
    assert len(files) == 7
    for path in files:
        other = folder / "lerobot" / path.relative_to(tmp_path / "again")
        assert path.read_bytes() == other.read_bytes()


def test_a_folder_that_is_not_complete_or_empty_leaves_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "half", (0,))
    with pytest.raises(InvalidValueError, match="not complete"):
        write_lerobot(tmp_path / "half", tmp_path / "out")
    fill(tmp_path / "none", (), request=asked(1))
    with pytest.raises(InvalidValueError, match="not complete"):
        write_lerobot(tmp_path / "none", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"'pyarrow'.*vlsim\[datasets\]"):
        lerobot.check_extra()

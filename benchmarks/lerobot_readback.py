"""Read with LeRobot's own code what `vlsim collect --format lerobot` wrote; compare every frame.

Runs in an environment of LeRobot (0.6 or newer, so Python 3.12), without vlsim:

  vlsim collect --task sequence --cameras front,wrist --episodes 30 --format lerobot --out chains
  pip install "lerobot[dataset]==0.6.1"
  python benchmarks/lerobot_readback.py chains
"""

import json
import sys
from pathlib import Path
from typing import Any

import lerobot
import numpy as np
import safetensors.numpy
import torch
from lerobot.annotations.steerable_pipeline.validator import classify_vqa_answer
from lerobot.datasets import LeRobotDataset, get_feature_stats
from lerobot.datasets.language import column_for_style, validate_camera_field
from lerobot.utils.collate import lerobot_collate_fn

PAST = 2
"""Frames before the present one that are asked for together with it."""


def main(folder: Path) -> None:
    """Compare the dataset in `folder`/lerobot with the demonstrations in `folder`."""
    manifest = json.loads((folder / "manifest.json").read_text())
    request = manifest["request"]
    shards = [
        safetensors.numpy.load((folder / shard["name"]).read_bytes())
        for shard in manifest["shards"]
    ]
    shown = {key: np.concatenate([shard[key] for shard in shards]) for key in shards[0]}
    entries = [entry for shard in manifest["shards"] for entry in shard["episodes"]]
    kept = [entry for entry in entries if entry["success"]]
    dataset = LeRobotDataset("vlsim/readback", root=folder / "lerobot")
    assert dataset.num_episodes == len(kept) == dataset.meta.total_episodes
    assert len(dataset) == len(shown["action"]) == dataset.meta.total_frames
    fps = manifest["fps"] or 1
    counts = {"episodes": len(kept), "frames": len(dataset), "boxes": 0, "points": 0}
    counts |= {"nothing": 0, "subtasks": 0}
    row = 0
    for number, entry in enumerate(kept):
        for frame in range(entry["steps"]):
            item = dataset[row]
            compare(item, shown, row, request)
            assert item["task"] == entry["instruction"]
            assert (item["episode_index"], item["frame_index"]) == (number, frame)
            assert abs(item["timestamp"].item() - frame / fps) < 1e-5
            assert item["next.done"].item() == (frame == entry["steps"] - 1)
            asks = [(r["timestamp"], r["content"]) for r in item["language_persistent"]]
            assert [text for _, text in asks] == [text for _, text in entry["subtasks"]]
            counts[check_events(item["language_events"], shown, row, entry)] += 1
            row += 1
        counts["subtasks"] += len(entry["subtasks"])
        assert dataset.meta.episodes[number]["vlsim/goal"] == entry["goal"]
    check_stats(dataset, shown)
    check_windows(folder, dataset, fps)
    check_batches(dataset)
    print(json.dumps({"lerobot": lerobot.__version__, "torch": torch.__version__, **counts}))


def compare(item: dict[str, Any], shown: dict[str, Any], row: int, request: Any) -> None:  # noqa: ANN401
    """Compare pictures bit by bit, and numbers."""
    for camera in request["cameras"]:
        key = "image" if camera == "front" else f"image_{camera}"
        pixels = (item[f"observation.images.{camera}"] * 255).round().byte()
        assert np.array_equal(pixels.permute(1, 2, 0).numpy(), shown[key][row])
    state = shown["proprio"][row, : len(request["pose"])]
    assert np.array_equal(item["observation.state"].numpy(), state)
    assert np.array_equal(item["action"].numpy(), shown["action"][row])
    assert item["next.reward"].item() == shown["reward"][row]
    assert item["next.success"].item() == shown["success"][row]


def check_events(rows: list[dict[str, Any]], shown: Any, row: int, entry: Any) -> str:  # noqa: ANN401
    """Check a question and its answer by LeRobot's rules; return what was asked for."""
    if not rows:
        return "nothing"
    assert [r["role"] for r in rows] == ["user", "assistant"]
    for r in rows:
        validate_camera_field(r["style"], r["camera"])
        assert column_for_style(r["style"]) == "language_events"
    answer = json.loads(rows[1]["content"])
    kind = classify_vqa_answer(answer)
    labels = [entry["objects"][i] for i in shown["objects"][row] if i >= 0]
    if kind == "bbox":
        for found in answer["detections"]:
            assert found["bbox"] == shown["boxes"][row, labels.index(found["label"])].tolist()
        return "boxes"
    assert kind == "keypoint"
    point = shown["points"][row, labels.index(answer["label"])]
    assert np.abs(point - answer["point"]).max() <= 0.051
    return "points"


def check_stats(dataset: LeRobotDataset, shown: dict[str, Any]) -> None:
    """Compare the statistics with those that LeRobot computes itself."""
    for key, values in (("action", shown["action"]), ("next.reward", shown["reward"][:, None])):
        theirs = get_feature_stats(values, axis=0, keepdims=False)
        for name in ("min", "max", "mean", "std"):
            assert np.allclose(dataset.meta.stats[key][name], theirs[name], atol=1e-5), (key, name)
    pictures = shown["image"].transpose(0, 3, 1, 2)
    theirs = get_feature_stats(pictures, axis=(0, 2, 3), keepdims=True)
    ours = dataset.meta.stats["observation.images.front"]
    for name in ("min", "max", "q01", "q10", "q50", "q90", "q99"):
        assert ours[name].shape == (3, 1, 1)
        assert np.allclose(ours[name].ravel(), theirs[name].ravel() / 255, atol=1e-3), name
    # LeRobot adds up in single precision, which is off by several levels over so many pixels.
    assert np.allclose(ours["mean"].ravel(), pictures.mean((0, 2, 3)) / 255)
    assert np.allclose(ours["std"].ravel(), pictures.std((0, 2, 3)) / 255)


def check_windows(folder: Path, dataset: LeRobotDataset, fps: int) -> None:
    """Ask for frames together with those before them; at the start of an episode they repeat."""
    window = {"observation.images.front": [-i / fps for i in range(PAST, -1, -1)]}
    windows = LeRobotDataset("vlsim/readback", root=folder / "lerobot", delta_timestamps=window)
    start = dataset.meta.episodes[1]["dataset_from_index"]
    first, third = windows[start], windows[start + PAST]
    assert first["observation.images.front_is_pad"].tolist() == [True] * PAST + [False]
    assert not third["observation.images.front_is_pad"].any()
    now = dataset[start + PAST]["observation.images.front"]
    assert torch.equal(third["observation.images.front"][-1], now)


def check_batches(dataset: LeRobotDataset) -> None:
    """Draw a batch as LeRobot's training does."""
    assert dataset.meta.has_language_columns
    loader = torch.utils.data.DataLoader(dataset, batch_size=8, collate_fn=lerobot_collate_fn)
    batch = next(iter(loader))
    assert batch["observation.images.front"].shape[:2] == (8, 3)
    assert len(batch["task"]) == 8


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Demonstrations as a LeRobotDataset v3.0: parquet files that LeRobot reads and trains from.

Pictures are PNG inside the parquet files, so they are exact; LeRobot reads them like videos.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vlsim.data.collection import PROVENANCE
from vlsim.data.demonstrations import Demonstrations, load_shards
from vlsim.data.lerobot_features import features, schema
from vlsim.data.lerobot_language import EVENTS, PERSISTENT, question_rows, subtask_rows
from vlsim.data.lerobot_stats import (
    Stats,
    flat_stats,
    histogram,
    stats_of_numbers,
    stats_of_pictures,
)
from vlsim.data.manifest import Attempt, read_manifest
from vlsim.errors import InvalidValueError
from vlsim.extras import import_extra
from vlsim.files import atomic_write, read_json, write_json

VERSION = "v3.0"
FILES_A_CHUNK = 1000
DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
MOTIONS_A_SECOND = 1
"""Nominal frame rate where a frame is a whole motion, which has no fixed length."""


def write_lerobot(folder: Path, out: Path) -> Path:
    """Write the demonstrations of a folder as a LeRobot dataset; one that is there is replaced.

    Args:
        folder: A finished folder of `vlsim collect`.
        out: Folder of the dataset.

    Raises:
        MissingExtraError: If pyarrow or pandas is not installed.
        InvalidValueError: If the folder is not complete, damaged, or holds no episode.
    """
    check_extra()
    with atomic_write(out) as temporary:
        temporary.mkdir()
        _Writer(folder, temporary).write()
    return out


def check_extra() -> None:
    """Refuse at once what could not be written at the end.

    Raises:
        MissingExtraError: If pyarrow or pandas is not installed.
    """
    for module in ("pyarrow.parquet", "pandas"):
        import_extra(module, "Writing a LeRobot dataset", "datasets")


class _Writer:
    """One dataset while it is written, shard by shard."""

    def __init__(self, folder: Path, out: Path) -> None:
        import pyarrow
        from pyarrow import parquet

        manifest = read_manifest(folder)
        self._folder, self._out = folder, out
        self._arrow, self._parquet = pyarrow, parquet
        self._request = manifest.request
        self._fps = self._request.fps or MOTIONS_A_SECOND
        self._attempts = {a.episode: a for shard in manifest.shards for a in shard.episodes}
        self._tasks: dict[str, int] = {}
        self._episodes: list[dict[str, Any]] = []
        self._n_frames = 0
        self._numbers: dict[str, list[NDArray[Any]]] = {}
        self._histograms: dict[str, NDArray[np.int64]] = {}

    def write(self) -> None:
        """Write all files."""
        n_files = 0
        for shard in load_shards(self._folder):
            if len(shard):
                self._write_data(shard, n_files)
                n_files += 1
        if not self._episodes:
            raise InvalidValueError(f"{self._folder} holds no episode that succeeded.")
        self._write_meta()

    def _write_data(self, shard: Demonstrations, number: int) -> None:
        """Write the steps of a shard as one file, a row group for each episode."""
        chunk, file = divmod(number, FILES_A_CHUNK)
        path = self._out / DATA.format(chunk_index=chunk, file_index=file)
        path.parent.mkdir(parents=True, exist_ok=True)
        types = schema(self._request, self._arrow)
        with self._parquet.ParquetWriter(path, types) as writer:
            for episode in np.unique(shard.episode).tolist():
                steps, attempt = _of_episode(shard, episode), self._attempts[episode]
                numbers = self._numeric_columns(steps, attempt)
                self._note_episode(steps, numbers, attempt, chunk, file)
                columns: dict[str, Any] = {
                    **numbers,
                    **self._language_columns(steps, attempt),
                    **{key: _encoded(images) for key, images in self._pictures(steps)},
                }
                arrays = [
                    self._arrow.array(list(columns[field.name]), field.type) for field in types
                ]
                writer.write_table(self._arrow.Table.from_arrays(arrays, schema=types))

    def _pictures(self, steps: Demonstrations) -> Iterator[tuple[str, NDArray[np.uint8]]]:
        arrays = steps.arrays()
        for camera, key in zip(self._request.cameras, self._request.image_keys, strict=True):
            yield f"observation.images.{camera}", arrays[key]

    def _numeric_columns(self, steps: Demonstrations, attempt: Attempt) -> dict[str, NDArray[Any]]:
        n, number = len(steps), len(self._episodes)
        frames = np.arange(n)
        task = self._tasks.setdefault(attempt.instruction, len(self._tasks))
        return {
            "observation.state": _column(steps.proprio[:, : len(self._request.pose)]),
            "action": _column(steps.action),
            "next.reward": steps.reward,
            "next.success": steps.success,
            "next.done": frames == n - 1,
            "timestamp": (frames / self._fps).astype(np.float32),
            "frame_index": frames,
            "episode_index": np.full(n, number),
            "index": self._n_frames + frames,
            "task_index": np.full(n, task),
        }

    def _language_columns(self, steps: Demonstrations, attempt: Attempt) -> dict[str, list[Any]]:
        labels = zip(steps.objects, steps.boxes, steps.points, strict=True)
        return {
            PERSISTENT: [subtask_rows(attempt.subtasks, self._fps)] * len(steps),
            EVENTS: [
                question_rows(frame, attempt.objects, objects, boxes, points)
                for frame, (objects, boxes, points) in enumerate(labels)
            ],
        }

    def _note_episode(
        self,
        steps: Demonstrations,
        columns: dict[str, NDArray[Any]],
        attempt: Attempt,
        chunk: int,
        file: int,
    ) -> None:
        """Add a row to the table of episodes, and its numbers to those of all."""
        stats: dict[str, Stats] = {}
        for key, values in columns.items():
            rows = values.reshape(len(steps), -1)
            stats[key] = stats_of_numbers(rows)
            self._numbers.setdefault(key, []).append(rows)
        for key, images in self._pictures(steps):
            counts = histogram(images)
            stats[key] = stats_of_pictures(counts, len(steps))
            self._histograms[key] = self._histograms.get(key, 0) + counts
        self._episodes.append(
            {
                "episode_index": len(self._episodes),
                "tasks": [attempt.instruction],
                "length": len(steps),
                "data/chunk_index": chunk,
                "data/file_index": file,
                "dataset_from_index": self._n_frames,
                "dataset_to_index": self._n_frames + len(steps),
                "meta/episodes/chunk_index": 0,
                "meta/episodes/file_index": 0,
                "vlsim/seed": attempt.seed,
                "vlsim/goal": attempt.goal,
                **flat_stats(stats.items()),
            }
        )
        self._n_frames += len(steps)

    def _write_meta(self) -> None:
        import pandas

        write_json(self._out / "meta" / "info.json", self._info())
        write_json(self._out / "meta" / "stats.json", self._stats())
        write_json(self._out / "meta" / PROVENANCE, read_json(self._folder / PROVENANCE))
        tasks = pandas.Index(list(self._tasks), name="task")
        pandas.DataFrame({"task_index": range(len(tasks))}, index=tasks).to_parquet(
            self._out / "meta" / "tasks.parquet"
        )
        path = self._out / EPISODES
        path.parent.mkdir(parents=True)
        self._parquet.write_table(self._arrow.Table.from_pylist(self._episodes), path)

    def _stats(self) -> dict[str, Stats]:
        stats = {
            key: stats_of_numbers(np.concatenate(parts)) for key, parts in self._numbers.items()
        }
        return stats | {
            key: stats_of_pictures(counts, self._n_frames)
            for key, counts in self._histograms.items()
        }

    def _info(self) -> dict[str, Any]:
        return {
            "codebase_version": VERSION,
            "robot_type": self._request.robot,
            "total_episodes": len(self._episodes),
            "total_frames": self._n_frames,
            "total_tasks": len(self._tasks),
            "chunks_size": FILES_A_CHUNK,
            "data_files_size_in_mb": 100,
            "video_files_size_in_mb": 200,
            "fps": self._fps,
            "splits": {"train": f"0:{len(self._episodes)}"},
            "data_path": DATA,
            "video_path": None,
            "features": features(self._request),
        }


def _column(vectors: NDArray[Any]) -> NDArray[Any]:
    """Return vectors (N, K) as LeRobot stores them: plain numbers where K is 1."""
    return vectors[:, 0] if vectors.shape[1] == 1 else vectors


def _of_episode(steps: Demonstrations, episode: int) -> Demonstrations:
    chosen = steps.episode == episode
    return Demonstrations.of({name: array[chosen] for name, array in steps.arrays().items()})


def _encoded(pictures: NDArray[np.uint8]) -> list[dict[str, Any]]:
    """Return pictures (N, H, W, 3) as PNG, in the form that the `datasets` library reads."""
    encoded = []
    for pixels in pictures:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "png")
        encoded.append({"bytes": file.getvalue(), "path": None})
    return encoded

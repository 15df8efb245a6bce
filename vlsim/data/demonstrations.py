"""Demonstrations on the disk: shards of arrays, each checked against the manifest.

A folder holds `manifest.json` and `shard-00000.safetensors`, …; a row of a shard is one step of an
episode that succeeded (docs/demonstrations.md). Loading a stranger's folder runs no code.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from vlsim.data.manifest import Request, ShardEntry, read_manifest
from vlsim.errors import InvalidValueError
from vlsim.interface.labels import FACT_NAMES, ROLES
from vlsim.interface.observation import IMAGE, TEXT_LENGTH
from vlsim.skills import SKILLS

NOTHING = -1
"""Stands for a label that does not exist."""


@dataclass(frozen=True, eq=False)
class Demonstrations:
    """N steps of episodes that succeeded, in order.

    Args:
        image: Front camera pictures. Shape (N, H, W, 3), uint8.
        instruction: Token ids. Shape (N, L), int64.
        proprio: Proprioception. Shape (N, P), float32.
        stage: Stages of the goal that are done, and how many there are. Shape (N, 2), int64.
        skill_mask: Which of `SKILLS` the task knows. Shape (N, S), int8.
        privileged: Facts that only training sees, `FACT_NAMES`. Shape (N, F), float32.
        action: Action taken. Shape (N, A), float32, in [-1, 1].
        reward: Reward of the step. Shape (N,), float32.
        success: Whether the goal held after the step. Shape (N,), bool.
        episode: Which episode the step belongs to, counted from 0. Shape (N,), int64.
        objects: Which objects of the scene have each of `ROLES` now, -1 for none. Shape (N, R),
            int64.
        boxes: What of them is seen in `image`: left, top, right, bottom, in pixels, the last two
            one beyond it; -1 where nothing is. Shape (N, R, 4), int64.
        points: Where to take hold of them in `image`, in pixels; -1 for none. Shape (N, R, 2),
            float32.
        pictures: What further cameras saw, by the observation's name, such as `image_wrist`. Shape
            (N, H, W, 3) each, uint8.
    """

    image: NDArray[np.uint8]
    instruction: NDArray[np.int64]
    proprio: NDArray[np.float32]
    stage: NDArray[np.int64]
    skill_mask: NDArray[np.int8]
    privileged: NDArray[np.float32]
    action: NDArray[np.float32]
    reward: NDArray[np.float32]
    success: NDArray[np.bool_]
    episode: NDArray[np.int64]
    objects: NDArray[np.int64]
    boxes: NDArray[np.int64]
    points: NDArray[np.float32]
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)

    @staticmethod
    def of(arrays: Mapping[str, NDArray[Any]]) -> "Demonstrations":
        """Return what `arrays` gave, or others of the same names."""
        pictures = {name: array for name, array in arrays.items() if name not in ARRAYS}
        return Demonstrations(**{name: arrays[name] for name in ARRAYS}, pictures=pictures)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by name, as a shard holds them."""
        return {name: getattr(self, name) for name in ARRAYS} | dict(self.pictures)

    def pictures_of(self, key: str) -> NDArray[np.uint8]:
        """Return the pictures of a camera, (N, H, W, 3), by their name in an observation.

        Raises:
            InvalidValueError: If there are none.
        """
        pictures = {IMAGE: self.image, **self.pictures}
        if key not in pictures:
            raise InvalidValueError(
                f"Demonstrations hold {', '.join(pictures)}, and no '{key}'; collect others with "
                "`vlsim collect --cameras`."
            )
        return pictures[key]

    def __len__(self) -> int:
        """Count the steps."""
        return len(self.image)

    @property
    def n_episodes(self) -> int:
        """Number of episodes."""
        return len(np.unique(self.episode))


ARRAYS = tuple(f.name for f in fields(Demonstrations) if f.name != "pictures")
"""Names of the arrays that every shard has."""


def join(parts: Iterable[Demonstrations]) -> Demonstrations:
    """Return the steps of several, one after the other."""
    arrays = [part.arrays() for part in parts]
    return Demonstrations.of({k: np.concatenate([part[k] for part in arrays]) for k in arrays[0]})


def load_demonstrations(folder: Path | str, episodes: int | None = None) -> Demonstrations:
    """Load a folder that `vlsim collect` filled, checking all that is read.

    Args:
        folder: Where it is.
        episodes: How many to load, from the first; None loads all.

    Raises:
        InvalidValueError: If a file is missing, damaged, or not what the manifest says; names it.
    """
    folder = Path(folder)
    parts: list[Demonstrations] = []
    n_episodes = 0
    for part in load_shards(folder):
        parts.append(part)
        n_episodes += part.n_episodes
        if episodes is not None and n_episodes >= episodes:
            break
    every = join(parts)
    numbers = np.unique(every.episode)
    if episodes is not None and len(numbers) < episodes:
        raise InvalidValueError(
            f"{folder} holds {len(numbers)} episodes that succeeded, not {episodes}; collect more."
        )
    if not len(numbers):
        raise InvalidValueError(f"{folder} holds no episode that succeeded.")
    if episodes is None or len(numbers) == episodes:
        return every
    n_rows = int(np.searchsorted(every.episode, numbers[episodes]))
    return Demonstrations.of({name: array[:n_rows] for name, array in every.arrays().items()})


def load_shards(folder: Path) -> Iterator[Demonstrations]:
    """Yield what every shard holds, one after the other, each checked when its turn comes.

    Raises:
        InvalidValueError: If a file is missing, damaged, or not what the manifest says; names it.
    """
    manifest = read_manifest(folder)
    request, shards = manifest.request, manifest.shards
    if len(shards) < request.n_shards:
        raise InvalidValueError(
            f"{folder} is not complete: {len(shards)} of {request.n_shards} shards are there. "
            "Finish it with the same `vlsim collect` command."
        )
    for entry in shards:
        yield _load_shard(folder, entry, request)


def is_intact(folder: Path, entry: ShardEntry) -> bool:
    """Whether the file of a shard is there and is the one that the manifest describes."""
    try:
        _read_shard(folder, entry)
    except InvalidValueError:
        return False
    return True


def _read_shard(folder: Path, entry: ShardEntry) -> bytes:
    """Return the bytes of a shard; no more are read than the manifest declares."""
    path = folder / entry.name
    try:
        size, data = path.stat().st_size, b""
        if size == entry.bytes:
            data = path.read_bytes()
    except FileNotFoundError:
        raise InvalidValueError(f"There is no file {path}.") from None
    except OSError as error:
        _refuse(path, f"cannot be read: {error.strerror}")
    if size != entry.bytes or hashlib.sha256(data).hexdigest() != entry.sha256:
        _refuse(path, "is damaged: its size or hash is not the one in the manifest")
    return data


def _load_shard(folder: Path, entry: ShardEntry, request: Request) -> Demonstrations:
    path, data = folder / entry.name, _read_shard(folder, entry)
    # Exception, not a list of them: whatever foreign bytes cause is the file's fault.
    try:
        arrays = safetensors.numpy.load(data)
    except Exception as error:
        _refuse(path, f"is no safetensors file: {' '.join(str(error).split())}")
    names = {*ARRAYS, *request.image_keys}
    if arrays.keys() != names:
        _refuse(path, f"holds {', '.join(sorted(arrays))}; expected {', '.join(sorted(names))}")
    for name, (shape, dtype) in _expected(entry.rows, request).items():
        got = arrays[name]
        if got.shape != shape or got.dtype != dtype:
            _refuse(path, f"'{name}' is {got.dtype} {got.shape}; expected {dtype} {shape}")
    return Demonstrations.of(arrays)


def _expected(rows: int, request: Request) -> dict[str, tuple[tuple[int, ...], str]]:
    side, channels = request.image_size, request.channels
    pictures = dict.fromkeys(request.image_keys, ((rows, side, side, 3), "uint8"))
    return pictures | {
        "instruction": ((rows, TEXT_LENGTH), "int64"),
        "proprio": ((rows, channels.n_proprio), "float32"),
        "stage": ((rows, 2), "int64"),
        "skill_mask": ((rows, len(SKILLS)), "int8"),
        "privileged": ((rows, len(FACT_NAMES)), "float32"),
        "action": ((rows, channels.n_actions), "float32"),
        "reward": ((rows,), "float32"),
        "success": ((rows,), "bool"),
        "episode": ((rows,), "int64"),
        "objects": ((rows, len(ROLES)), "int64"),
        "boxes": ((rows, len(ROLES), 4), "int64"),
        "points": ((rows, len(ROLES), 2), "float32"),
    }


def _refuse(path: Path, reason: str) -> NoReturn:
    raise InvalidValueError(f"{path} {reason}.")

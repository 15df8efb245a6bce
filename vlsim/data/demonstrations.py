"""Demonstrations on the disk: shards of plain arrays, and a manifest that says what they are.

A folder holds `manifest.json` and `shard-00000.npz`, …; a row of a shard is one step of an episode
that succeeded. Nothing is pickled, so loading a stranger's folder runs no code.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.files import Json, read_json
from vlsim.observation import (
    ACTION_SIZES,
    EE_PROPRIO,
    IMAGE,
    INSTRUCTION_LENGTH,
    camera_key,
)

FORMAT, SCHEMA_VERSION = "vlsim demonstrations", 1
MANIFEST = "manifest.json"
SHARD_EPISODES = 25
"""Episodes that a shard stands for; those among them that failed have no rows."""
SHARD_NAME = re.compile(r"shard-\d{5}\.npz")


@dataclass(frozen=True, eq=False)
class Demonstrations:
    """N steps of episodes that succeeded, in order.

    Args:
        image: Front camera pictures. Shape (N, H, W, 3), uint8.
        instruction: Token ids. Shape (N, L), int64.
        proprio: Proprioception. Shape (N, P), float32.
        privileged: Facts and labels that only training sees. Shape (N, F), float32.
        action: What was done. Shape (N, A), float32, in [-1, 1].
        episode: Which episode the step belongs to, counted from 0. Shape (N,), int64.
        success: Whether the goal held after the step. Shape (N,), bool.
        pictures: What further cameras saw, by the observation's name, such as `image_wrist`. Shape
            (N, H, W, 3) each, uint8.
    """

    image: NDArray[np.uint8]
    instruction: NDArray[np.int64]
    proprio: NDArray[np.float32]
    privileged: NDArray[np.float32]
    action: NDArray[np.float32]
    episode: NDArray[np.int64]
    success: NDArray[np.bool_]
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)

    @staticmethod
    def of(arrays: Mapping[str, NDArray[Any]]) -> "Demonstrations":
        """Return what `arrays` gave, or others of the same names."""
        pictures = {name: array for name, array in arrays.items() if name not in ARRAYS}
        return Demonstrations(**{name: arrays[name] for name in ARRAYS}, pictures=pictures)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by name, as a shard holds them."""
        return {name: getattr(self, name) for name in ARRAYS} | dict(self.pictures)

    def __len__(self) -> int:
        """Count the steps."""
        return len(self.image)

    @property
    def n_episodes(self) -> int:
        """Number of episodes."""
        return len(np.unique(self.episode))


ARRAYS = tuple(f.name for f in fields(Demonstrations) if f.name != "pictures")
"""Names of the arrays that every shard has."""


@dataclass(frozen=True)
class Request:
    """What a folder of demonstrations was asked to hold."""

    task: str
    control: str
    set: str
    episodes: int
    """Episodes that are tried."""
    seed: int
    image_size: int
    code: str
    """Hash of the modules that the episodes come from: shards of two versions are never mixed."""
    robot: str = "panda"
    randomization: str = ""
    """As in `TabletopEnv`: names with commas, or JSON."""
    cameras: tuple[str, ...] = ("front",)
    """Names of the cameras, the front one first."""
    tilts: bool = False
    """Whether actions steer the tilt of the hand (`vlsim.observation.steers_tilt`)."""

    @property
    def image_keys(self) -> tuple[str, ...]:
        """Names of the pictures, as in an observation; that of the front camera first."""
        return tuple(camera_key(IMAGE, name) for name in self.cameras)

    @property
    def n_shards(self) -> int:
        """Number of shards."""
        return -(-self.episodes // SHARD_EPISODES)

    def in_shard(self, shard: int) -> range:
        """Return the numbers of the episodes that a shard stands for."""
        return range(shard * SHARD_EPISODES, min(self.episodes, (shard + 1) * SHARD_EPISODES))


def join(parts: Iterable[Demonstrations]) -> Demonstrations:
    """Return the steps of several, one after the other."""
    found = [part.arrays() for part in parts]
    return Demonstrations.of({name: np.concatenate([p[name] for p in found]) for name in found[0]})


def load_demonstrations(folder: Path | str, episodes: int | None = None) -> Demonstrations:
    """Load a folder that `vlsim collect` filled, checking all that is read.

    Args:
        folder: Where it is.
        episodes: How many to load, from the first; None loads all.

    Raises:
        InvalidValueError: If a file is missing, damaged, or not what the manifest says; names it.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    request, entries = manifest["request"], manifest["shards"]
    wanted = -(-request["episodes"] // SHARD_EPISODES)
    if len(entries) < wanted:
        raise InvalidValueError(
            f"{folder} is not complete: {len(entries)} of {wanted} shards are there. Finish it "
            "with the same `vlsim collect` command."
        )
    parts: list[Demonstrations] = []
    found = 0
    for entry in entries:
        if episodes is not None and found >= episodes:
            break
        part = _load_shard(folder, entry, request)
        found += part.n_episodes
        parts.append(part)
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


def read_manifest(folder: Path) -> Json:
    """Return the manifest of a folder of demonstrations, its form checked."""
    path = folder / MANIFEST
    manifest = read_json(path)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        _refuse(path, f"is no manifest of {FORMAT!r}")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        version = manifest.get("schema_version")
        _refuse(path, f"has schema version {version!r}; this vlsim reads {SCHEMA_VERSION}")
    try:
        request = Request(**manifest["request"])
        # JSON has lists; and what an older manifest does not say was the default.
        request = replace(request, cameras=tuple(map(str, request.cameras)))
        manifest["request"] = asdict(request)
        if request.control not in ACTION_SIZES or min(request.episodes, request.image_size) < 1:
            _refuse(path, f"describes no demonstrations: {manifest['request']}")
        for entry in manifest["shards"]:
            if not SHARD_NAME.fullmatch(entry["name"]):
                _refuse(path, f"names the file {entry['name']!r}, which cannot be a shard")
            _ = entry["sha256"], int(entry["rows"]), entry["episodes"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InvalidValueError):
            raise
        _refuse(path, f"lacks something: {error!r}")
    return manifest


def is_intact(folder: Path, entry: Json) -> bool:
    """Whether the file of a shard is there and is the one that the manifest describes."""
    path = folder / entry["name"]
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == str(entry["sha256"])


def _load_shard(folder: Path, entry: Json, request: Json) -> Demonstrations:
    path = folder / entry["name"]
    if not path.is_file():
        raise InvalidValueError(f"There is no file {path}.")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        _refuse(path, "is damaged: its hash is not the one in the manifest")
    # Exception, not a list of them: whatever foreign bytes cause is the file's fault.
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception as error:
        _refuse(path, f"is no file of plain arrays: {' '.join(str(error).split())}")
    names = {*ARRAYS, *Request(**request).image_keys}
    if arrays.keys() != names:
        _refuse(path, f"holds {', '.join(sorted(arrays))}; expected {', '.join(sorted(names))}")
    for name, (shape, dtype) in _expected(entry["rows"], request, arrays).items():
        got = arrays[name]
        if got.shape != shape or got.dtype != dtype:
            _refuse(path, f"'{name}' is {got.dtype} {got.shape}; expected {dtype} {shape}")
    return Demonstrations.of(arrays)


def _expected(rows: int, request: Json, arrays: Json) -> dict[str, tuple[tuple[int, ...], str]]:
    # A folder from before hands tilted does not say that its hand does not.
    asked = Request(**request)
    side, tilts = asked.image_size, asked.tilts
    n_actions = ACTION_SIZES[asked.control] + tilts
    # How many facts there are is the business of the environments, which no data module knows.
    facts = arrays["privileged"]
    pictures = dict.fromkeys(asked.image_keys, ((rows, side, side, 3), "uint8"))
    return pictures | {
        "instruction": ((rows, INSTRUCTION_LENGTH), "int64"),
        "proprio": ((rows, EE_PROPRIO + tilts + n_actions), "float32"),
        "privileged": ((rows, facts.shape[1] if facts.ndim > 1 else 0), "float32"),
        "action": ((rows, n_actions), "float32"),
        "episode": ((rows,), "int64"),
        "success": ((rows,), "bool"),
    }


def _refuse(path: Path, reason: str) -> NoReturn:
    raise InvalidValueError(f"{path} {reason}.")

"""Demonstrations while they are collected: finished shards are kept, whatever ends the work."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy

from vlsim.data.demonstrations import (
    FORMAT,
    MANIFEST,
    SCHEMA_VERSION,
    Demonstrations,
    Request,
    is_intact,
    read_manifest,
)
from vlsim.errors import InvalidValueError
from vlsim.files import Json, atomic_write, make_folder, write_json
from vlsim.runs import provenance

PROVENANCE = "provenance.json"
"""File with the versions, the machine and the time of the first command."""


@dataclass(frozen=True)
class Attempt:
    """An episode that was tried; it has rows only if it succeeded."""

    episode: int
    seed: int
    instruction: str
    goal: str
    """What the instruction means, as JSON."""
    steps: int
    success: bool
    reward: float
    """Sum over the steps."""
    subtasks: tuple[tuple[int, str], ...]
    """The steps at which parts of a chain begin, and what each asks for."""
    objects: tuple[str, ...]
    """An unambiguous name for each object of the scene, "" where there is none."""


@dataclass(frozen=True)
class Shard:
    """What one shard holds, as it is sent from the process that made it."""

    index: int
    data: bytes
    rows: int
    attempts: tuple[Attempt, ...]

    @property
    def name(self) -> str:
        """File name."""
        return f"shard-{self.index:05d}.safetensors"


class Collection:
    """A folder of demonstrations that is being filled, shard by shard, in any order."""

    def __init__(self, folder: Path, request: Request) -> None:
        """Begin a folder, or go on with one of the same request.

        Raises:
            InvalidValueError: If the folder holds other demonstrations, says which field differs;
                or if it cannot be written into.
        """
        self.folder, self.request = make_folder(folder), request
        self._shards: dict[str, Json] = {}
        if not (folder / MANIFEST).exists():
            write_json(folder / PROVENANCE, provenance())
            self._save()
            return
        manifest = read_manifest(folder)
        held = manifest["request"]
        for key, wanted in asdict(request).items():
            if held[key] != wanted:
                raise InvalidValueError(
                    f"{folder} holds demonstrations with {key} = {held[key]!r}, "
                    f"not {wanted!r}; choose another folder."
                )
        for entry in manifest["shards"]:
            if is_intact(folder, entry):
                self._shards[entry["name"]] = entry

    @property
    def missing(self) -> list[int]:
        """Shards that are still to be made."""
        done = self._shards.keys()
        return [i for i in range(self.request.n_shards) if f"shard-{i:05d}.safetensors" not in done]

    @property
    def tried(self) -> int:
        """Episodes that were tried."""
        return sum(len(entry["episodes"]) for entry in self._shards.values())

    @property
    def kept(self) -> int:
        """Episodes that succeeded, and so were kept."""
        entries = self._shards.values()
        return sum(episode["success"] for entry in entries for episode in entry["episodes"])

    @property
    def rows(self) -> int:
        """Steps that were kept."""
        return sum(entry["rows"] for entry in self._shards.values())

    def add(self, shard: Shard) -> None:
        """Write a shard and enter it in the manifest."""
        with atomic_write(self.folder / shard.name) as temporary:
            temporary.write_bytes(shard.data)
        self._shards[shard.name] = {
            "name": shard.name,
            "bytes": len(shard.data),
            "sha256": hashlib.sha256(shard.data).hexdigest(),
            "rows": shard.rows,
            "episodes": [asdict(attempt) for attempt in shard.attempts],
        }
        self._save()

    def _save(self) -> None:
        write_json(
            self.folder / MANIFEST,
            {
                "format": FORMAT,
                "schema_version": SCHEMA_VERSION,
                "request": asdict(self.request),
                "fps": self.request.fps,
                "tried": self.tried,
                "kept": self.kept,
                "rows": self.rows,
                "shards": [self._shards[name] for name in sorted(self._shards)],
            },
        )


def pack(index: int, steps: Demonstrations, attempts: Sequence[Attempt]) -> Shard:
    """Return a shard; the same steps give the same bytes."""
    arrays = {name: np.ascontiguousarray(array) for name, array in steps.arrays().items()}
    return Shard(index, safetensors.numpy.save(arrays), len(steps), tuple(attempts))

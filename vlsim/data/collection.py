"""Demonstrations while they are collected: finished shards are kept, whatever ends the work."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

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
from vlsim.runs import packages


@dataclass(frozen=True)
class Tried:
    """An episode that was tried; it has rows only if it succeeded."""

    episode: int
    seed: int
    instruction: str
    steps: int
    success: bool


@dataclass(frozen=True)
class Shard:
    """What one shard holds, as it is sent from the process that made it."""

    index: int
    data: bytes
    rows: int
    tried: tuple[Tried, ...]

    @property
    def name(self) -> str:
        """File name."""
        return f"shard-{self.index:05d}.npz"


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
        installed = packages()
        self._made_with = {n: installed[n] for n in ("vlsim", "numpy") if n in installed}
        if not (folder / MANIFEST).exists():
            self._save()
            return
        manifest = read_manifest(folder)
        found = manifest["request"]
        for key, wanted in asdict(request).items():
            if found[key] != wanted:
                raise InvalidValueError(
                    f"{folder} holds demonstrations with {key} = {found[key]!r}, "
                    f"not {wanted!r}; choose another folder."
                )
        for entry in manifest["shards"]:
            if is_intact(folder, entry):
                self._shards[entry["name"]] = entry

    @property
    def missing(self) -> list[int]:
        """Shards that are still to be made."""
        done = self._shards.keys()
        return [i for i in range(self.request.n_shards) if f"shard-{i:05d}.npz" not in done]

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
            "episodes": [asdict(tried) for tried in shard.tried],
        }
        self._save()

    def _save(self) -> None:
        write_json(
            self.folder / MANIFEST,
            {
                "format": FORMAT,
                "schema_version": SCHEMA_VERSION,
                "request": asdict(self.request),
                "made_with": self._made_with,
                "tried": self.tried,
                "kept": self.kept,
                "rows": self.rows,
                "shards": [self._shards[name] for name in sorted(self._shards)],
            },
        )


def pack(index: int, steps: Demonstrations, tried: Sequence[Tried]) -> Shard:
    """Return a shard; the same steps give the same bytes."""
    buffer = io.BytesIO()
    arrays: dict[str, Any] = steps.arrays()
    np.savez_compressed(buffer, **arrays)
    return Shard(index, buffer.getvalue(), len(steps), tuple(tried))

"""Demonstrations while they are collected: finished shards are kept, whatever ends the work."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy

from vlsim.data.demonstrations import Demonstrations, is_intact
from vlsim.data.manifest import MANIFEST, Attempt, Manifest, Request, ShardEntry, read_manifest
from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write, make_folder, write_json
from vlsim.runs import provenance

PROVENANCE = "provenance.json"
"""File with the versions, the machine and the time of the first command."""


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
        self._shards: dict[str, ShardEntry] = {}
        if not (folder / MANIFEST).exists():
            write_json(folder / PROVENANCE, provenance())
            self._save()
            return
        manifest = read_manifest(folder)
        for name, wanted in vars(request).items():
            if (held := getattr(manifest.request, name)) != wanted:
                raise InvalidValueError(
                    f"{folder} holds demonstrations with {name} = {held!r}, not {wanted!r}; choose "
                    "another folder."
                )
        self._shards = {s.name: s for s in manifest.shards if is_intact(folder, s)}

    @property
    def missing(self) -> list[int]:
        """Shards that are still to be made."""
        done = self._shards.keys()
        return [i for i in range(self.request.n_shards) if f"shard-{i:05d}.safetensors" not in done]

    @property
    def manifest(self) -> Manifest:
        """What the folder holds now."""
        return Manifest.of(self.request, tuple(self._shards[name] for name in sorted(self._shards)))

    def add(self, shard: Shard) -> None:
        """Write a shard and enter it in the manifest."""
        with atomic_write(self.folder / shard.name) as temporary:
            temporary.write_bytes(shard.data)
        self._shards[shard.name] = ShardEntry(
            name=shard.name,
            bytes=len(shard.data),
            sha256=hashlib.sha256(shard.data).hexdigest(),
            rows=shard.rows,
            episodes=shard.attempts,
        )
        self._save()

    def _save(self) -> None:
        write_json(self.folder / MANIFEST, asdict(self.manifest))


def pack(index: int, steps: Demonstrations, attempts: Sequence[Attempt]) -> Shard:
    """Return a shard; the same steps give the same bytes."""
    arrays = {name: np.ascontiguousarray(array) for name, array in steps.arrays().items()}
    return Shard(index, safetensors.numpy.save(arrays), len(steps), tuple(attempts))

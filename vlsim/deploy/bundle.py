"""A policy as a folder `NAME.vlsim/` that can be loaded from a stranger without running their code.

The hashes in it find damage, not forgery: who makes a bundle makes its hashes. What keeps a forged
bundle harmless is that nothing in it is executable: JSON and safetensors. A pickle is never opened.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from vlsim.deploy.manifest import (
    CONFIG,
    FORMAT,
    GOLDEN,
    MANIFEST,
    REQUIRED,
    SCHEMA_VERSION,
    TOKENIZER,
    WEIGHTS,
    Manifest,
    checked,
    json_bytes,
    one_line,
    parse_json,
    read_checked,
    read_manifest,
    refuse,
)
from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write
from vlsim.interface.policy import PolicySpec
from vlsim.runs import packages

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class Bundle:
    """What a bundle holds, all of it checked."""

    folder: Path
    manifest: Manifest
    config: dict[str, Any]
    """What the network is built from."""
    tokenizer_json: str
    golden: dict[str, NDArray[Any]]
    """Inputs and outputs for a self-test."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 that covers every file: equal fingerprints mean equal bundles."""
        return self.manifest.sha256

    @cached_property
    def state(self) -> "dict[str, torch.Tensor]":
        """Weights by name, on the CPU; all else works without torch."""
        from safetensors.torch import load

        # Exception, not a list of them: whatever foreign bytes cause is the bundle's fault.
        try:
            return load(self.read(WEIGHTS))
        except Exception as error:
            refuse(self.folder, WEIGHTS, f"cannot be loaded: {one_line(error)}")

    def read(self, name: str) -> bytes:
        """Return a file of the bundle, compared with its size and hash once more.

        Raises:
            BundleError: If the bundle has no such file, or it was altered.
        """
        if name not in self.manifest.files:
            refuse(self.folder, name, f"is not in the bundle, which has {self._names}")
        return read_checked(self.folder, name, self.manifest.files[name], keep=True)

    @property
    def _names(self) -> str:
        return ", ".join(self.manifest.files)


def save_bundle(
    folder: Path | str,
    *,
    config: Mapping[str, Any],
    state: "Mapping[str, torch.Tensor]",
    tokenizer_json: str,
    spec: PolicySpec,
    about: Mapping[str, Any],
    golden: Mapping[str, NDArray[Any]],
    measured: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write a bundle, all or nothing; one that is there already is replaced.

    Args:
        folder: Where it shall be; the name should end in `.vlsim`.
        config: What the network is built from, as JSON.
        state: Weights by name.
        tokenizer_json: What `tokenizers.Tokenizer.to_str` returned.
        spec: What the policy needs.
        about: Inputs, outputs, units, pose of the camera, task, tolerances, as JSON.
        golden: Arrays of a self-test.
        measured: Success in the benchmark, with n and intervals.

    Returns:
        The folder.

    Raises:
        BundleError: If something cannot be stored, such as a weight that is not finite.
    """
    folder = Path(folder)
    installed = packages()
    return _write(
        folder,
        {
            CONFIG: json_bytes(dict(config), folder, CONFIG),
            WEIGHTS: _weight_bytes(state, folder),
            TOKENIZER: tokenizer_json.encode(),
            GOLDEN: _golden_bytes(golden, folder),
        },
        spec=spec.to_json(),
        about=dict(about),
        measured=[dict(entry) for entry in measured],
        made_with={n: installed[n] for n in ("vlsim", "torch", "numpy") if n in installed},
    )


def extend_bundle(
    bundle: Bundle, folder: Path | str, graphs: Mapping[str, bytes], about: Mapping[str, Any]
) -> Path:
    """Write a bundle with graphs beside what it holds already; all or nothing, as `save_bundle`.

    Args:
        bundle: The other one.
        folder: Where the new one shall be; may be where the other one is.
        graphs: Files by name; graphs that the other one holds are left out.
        about: Added to what the manifest says.

    Returns:
        The folder.
    """
    kept = {name: bundle.read(name) for name in bundle.manifest.files if name in REQUIRED}
    return _write(
        Path(folder),
        {**kept, **graphs},
        spec=bundle.manifest.spec.to_json(),
        about={**bundle.manifest.about, **about},
        measured=bundle.manifest.measured,
        made_with=bundle.manifest.made_with,
    )


def check_replaceable(folder: Path) -> None:
    """Refuse to put a bundle where something else is, which would be lost.

    Raises:
        InvalidValueError: If there is a file, or a folder that is no bundle and not empty.
    """
    if folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir())):
        return
    if os.path.lexists(folder):
        raise InvalidValueError(
            f"{folder} is there already and is no bundle; remove it, or choose another place."
        )


def _write(folder: Path, contents: Mapping[str, bytes], **facts: Any) -> Path:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "files": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in contents.items()
        },
        **facts,
    }
    check_replaceable(folder)
    manifest["sha256"] = hashlib.sha256(json_bytes(manifest, folder, MANIFEST)).hexdigest()
    checked(manifest, folder)
    with atomic_write(folder) as temporary:
        temporary.mkdir()
        for name, data in contents.items():
            (temporary / name).write_bytes(data)
        (temporary / MANIFEST).write_bytes(json_bytes(manifest, folder, MANIFEST))
    return folder


def load_bundle(folder: Path | str) -> Bundle:
    """Check a bundle and load it; nothing in it is executed.

    Raises:
        BundleError: If it is incomplete, altered, of an unknown version, or tries to leave its
            folder: one line that names the file.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    contents = {
        name: read_checked(folder, name, entry, keep=name in REQUIRED)
        for name, entry in manifest.files.items()
    }
    config = parse_json(contents[CONFIG], folder, CONFIG)
    parse_json(contents[TOKENIZER], folder, TOKENIZER)
    # Exception, not a list of them: whatever foreign bytes cause is the bundle's fault.
    try:
        # Looked at without torch, which takes seconds to import and is not on every machine.
        safetensors.deserialize(contents[WEIGHTS])  # type: ignore[no-untyped-call]
    except Exception as error:
        refuse(folder, WEIGHTS, f"is no safetensors file: {one_line(error)}")
    try:
        golden = safetensors.numpy.load(contents[GOLDEN])
    except Exception as error:
        refuse(folder, GOLDEN, f"is no safetensors file: {one_line(error)}")
    return Bundle(folder, manifest, config, contents[TOKENIZER].decode(), golden)


def _weight_bytes(state: "Mapping[str, torch.Tensor]", folder: Path) -> bytes:
    from safetensors.torch import save

    for name, tensor in state.items():
        if not bool(tensor.isfinite().all()):
            refuse(folder, WEIGHTS, f"cannot be written: the weight {name!r} is not finite")
    # Copies, since safetensors refuses tensors that share memory.
    return save({n: t.detach().cpu().clone().contiguous() for n, t in state.items()})


def _golden_bytes(golden: Mapping[str, NDArray[Any]], folder: Path) -> bytes:
    try:
        return safetensors.numpy.save({n: np.ascontiguousarray(a) for n, a in golden.items()})
    except SafetensorError as error:
        refuse(folder, GOLDEN, f"cannot be written: {one_line(error)}")

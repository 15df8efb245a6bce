"""Bundles for tests: one that is whole, and what a forger does to it."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from vlsim.deploy import load_bundle, save_bundle
from vlsim.deploy.manifest import MANIFEST, json_bytes
from vlsim.errors import BundleError
from vlsim.interface.policy import PolicySpec

DEMO = Path(str(files("vlsim"))) / "zoo" / "demo.vlsim"
STATE = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.tensor([1, 2])}
MEASURED = [{"set": "seen", "n": 200, "success": {"value": 0.9, "low": 0.85, "high": 0.93}}]


def write(folder: Path, **changes: Any) -> Path:
    arguments: dict[str, Any] = {
        "config": {"width": 8, "fusion": "film"},
        "state": STATE,
        "tokenizer_json": '{"model": {"vocab": {"röd": 2}}}',
        "spec": PolicySpec("primitive"),
        "about": {"outputs": {"action": {"shape": [4]}}},
        "golden": {"image": np.zeros((2, 4, 4, 3), np.uint8), "action": np.ones((2, 4))},
        "measured": MEASURED,
    }
    return save_bundle(folder, **arguments | changes)


@contextmanager
def copy_of(folder: Path) -> Iterator[Path]:
    # Not tmp_path: hypothesis runs many examples within one test.
    with tempfile.TemporaryDirectory() as scratch:
        yield Path(shutil.copytree(folder, Path(scratch) / folder.name))


def sign(folder: Path, change: Callable[[dict[str, Any]], None] = lambda manifest: None) -> None:
    """Do what a forger does: make hashes that fit the files."""
    manifest = json.loads((folder / MANIFEST).read_text())
    for name, entry in manifest["files"].items():
        data = (folder / name).read_bytes()
        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    change(manifest)
    del manifest["sha256"]
    digest = hashlib.sha256(json_bytes(manifest, folder, MANIFEST)).hexdigest()
    (folder / MANIFEST).write_bytes(json_bytes(manifest | {"sha256": digest}, folder, MANIFEST))


def refusal(folder: Path) -> str:
    with pytest.raises(BundleError) as caught:
        load_bundle(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert message.isprintable()
    assert message.startswith(f"{folder.name}/")
    assert len(message) < 300
    return message


def list_also(name: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        manifest["files"][name] = {"bytes": 1, "sha256": "0" * 64}

    return change

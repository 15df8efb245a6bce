"""Run folders: what was asked (`config.json`), with what (`provenance.json`), what came of it.

Both files are on the disk before the first step, so a run that dies still says what it was.
"""

import dataclasses
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from vlsim.errors import InvalidValueError
from vlsim.files import (
    Json,
    append_json_lines,
    atomic_write,
    make_folder,
    read_json,
    read_json_lines,
    write_json,
    write_json_lines,
)
from vlsim.reader import read_as

__all__ = [
    "append_metrics",
    "atomic_write",
    "config_from_json",
    "config_to_json",
    "drop_metrics",
    "provenance",
    "read_metrics",
    "start_run",
]

Config = TypeVar("Config")


def start_run(
    out: Path | str,
    name: str,
    config: object,
    *,
    device: str = "cpu",
    renderer: str | None = None,
) -> Path:
    """Make the folder of a new run, with its configuration and provenance in it.

    Args:
        out: Folder of all runs.
        name: Name of the run; if it is taken, -2, -3, … is appended.
        config: A dataclass, nested as you like.
        device: Where the network computes.
        renderer: Fingerprint of the renderer, from whoever knows one.

    Returns:
        The new folder.

    Raises:
        InvalidValueError: If the name names no folder, or `out` cannot be written into.
    """
    if Path(name).name != name or name in ("", ".", ".."):
        raise InvalidValueError(f"'{name}' cannot be the name of a run: it must name one folder.")
    out = make_folder(out)
    number = 1
    while True:
        run = out / (name if number == 1 else f"{name}-{number}")
        try:
            # mkdir, not exists(): of two runs that start at once, only one gets the name.
            run.mkdir()
        except FileExistsError:
            number += 1
            continue
        write_json(run / "config.json", config_to_json(config))
        write_json(run / "provenance.json", provenance(device=device, renderer=renderer))
        return run


def provenance(*, device: str = "cpu", renderer: str | None = None) -> dict[str, Any]:
    """Return what a number depends on besides the configuration."""
    revision, dirty = _git_revision()
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "argv": sys.argv,
        "revision": revision,
        "uncommitted_changes": dirty,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cpu_count": os.cpu_count(),
        "device": device,
        "renderer": renderer,
        "packages": packages(),
    }


def packages() -> dict[str, str]:
    """Return the version of every installed package."""
    found = (
        (d.metadata["Name"], d.version) for d in importlib.metadata.distributions() if d.metadata
    )
    return {name: version for name, version in sorted(found, key=str) if name}


def append_metrics(run: Path, values: Mapping[str, Any]) -> None:
    """Add one line to `metrics.jsonl`; NumPy and torch scalars are welcome.

    Raises:
        InvalidValueError: If a value is not finite; names it.
    """
    plain = {k: v.item() if hasattr(v, "item") else v for k, v in values.items()}
    append_json_lines(Path(run) / "metrics.jsonl", [plain])


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """Read `metrics.jsonl`; a last line that was cut off by a kill is skipped."""
    lines = read_json_lines(Path(run) / "metrics.jsonl", drop_torn=True)
    return [record for _, record in lines]


def drop_metrics(run: Path, is_undone: Callable[[Mapping[str, Any]], bool]) -> None:
    """Take out of `metrics.jsonl` what a run did after the checkpoint that it goes on from."""
    path = Path(run) / "metrics.jsonl"
    if not path.exists():
        return
    lines = read_metrics(run)
    kept = [line for line in lines if not is_undone(line)]
    if len(kept) < len(lines):
        write_json_lines(path, kept)


def config_to_json(config: object) -> Json:
    """Turn a dataclass into plain JSON values: paths become strings, tuples become lists."""
    if dataclasses.is_dataclass(config) and not isinstance(config, type):
        return {f.name: config_to_json(getattr(config, f.name)) for f in dataclasses.fields(config)}
    if isinstance(config, Mapping):
        return {str(key): config_to_json(value) for key, value in config.items()}
    if isinstance(config, list | tuple):
        return [config_to_json(value) for value in config]
    if isinstance(config, Path):
        return str(config)
    if config is None or isinstance(config, bool | int | float | str):
        return config
    raise InvalidValueError(f"A configuration cannot hold a {type(config).__name__}: {config!r}.")


def config_from_json(cls: type[Config], path: Path | str) -> Config:
    """Build the dataclass `cls` from the JSON file that `start_run` wrote.

    A field that the file lacks takes its default, so older files stay readable.

    Raises:
        InvalidValueError: If a field is unknown, missing without default, or of the wrong type;
            names the file and the field.
    """
    return read_as(cls, read_json(path), str(path))


def _git_revision() -> tuple[str | None, bool | None]:
    """Return the commit that vlsim runs from, and whether files differ from it."""
    root = Path(__file__).resolve().parent.parent
    # Only vlsim's own repository counts: an installed copy may lie inside somebody else's.
    if not (root / ".git").exists():
        return None, None
    try:
        commit, changes = (
            subprocess.run(
                ["git", "-C", str(root), *arguments],
                capture_output=True,
                text=True,
                check=True,
                timeout=10,
            ).stdout.strip()
            for arguments in (("rev-parse", "HEAD"), ("status", "--porcelain"))
        )
    except (OSError, subprocess.SubprocessError):
        return None, None
    return commit, bool(changes)

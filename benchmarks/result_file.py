"""Results that are kept: one JSON file a benchmark, with the command and the versions behind it."""

import shlex
import sys
from pathlib import Path
from typing import Any

from vlsim.files import write_json
from vlsim.runs import provenance

__all__ = ["RESULTS", "keep_result"]

RESULTS = Path(__file__).parent / "results"
KEPT = ("time", "revision", "uncommitted_changes", "python", "processor", "cpu_count")
PACKAGES = ("gymnasium", "numpy", "pybullet", "stable_baselines3", "torch", "transformers", "vlsim")
"""Packages that numbers may depend on."""


def keep_result(name: str, results: Any, folder: Path = RESULTS) -> Path:  # noqa: ANN401
    """Write `folder/name.json`: the results, the command that made them, and its provenance.

    Args:
        name: The benchmark's module, or the module and what it measured: "learning_demo".
        results: Plain JSON values.
        folder: Where results are kept.
    """
    origin = provenance()
    versions = {package: origin["packages"].get(package) for package in PACKAGES}
    module = Path(sys.argv[0]).stem
    path = folder / f"{name}.json"
    write_json(
        path,
        {
            "command": shlex.join(["python", "-m", f"benchmarks.{module}", *sys.argv[1:]]),
            "provenance": {key: origin[key] for key in KEPT} | {"packages": versions},
            "results": results,
        },
    )
    return path

"""What a robot's computer installs, how soon it acts, and whether it sees what training saw.

    python -m benchmarks.runtime_install

Installs a wheel of vlsim and the line of docs/deployment.md into an empty environment, measures
size and time there, and compares the pictures that the policy gets with those of this one.
Keeps `benchmarks/results/runtime_install.json`.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from benchmarks.result_file import keep_result

ROOT = Path(__file__).parents[1]
LINE = ROOT / "docs" / "deployment.md"
MOST_MEGABYTES, MOST_SECONDS = 150, 1.0
ACT = """
import time
begin = time.perf_counter()
import numpy as np, vlsim
policy = vlsim.load_policy("zoo:demo@onnxruntime")
policy.reset([0], ["put the red cube in the blue bowl"])
policy.act(policy.observe(np.zeros((480, 640, 3), np.uint8)))
print(time.perf_counter() - begin)
"""
SEE = """
import hashlib, sys
import numpy as np, vlsim
from vlsim.seeding import stream
policy, rng = vlsim.load_policy(sys.argv[2]), stream(0, "pictures")
for _ in range(int(sys.argv[1])):
    height, width = rng.integers(40, 200, 2)
    picture = rng.integers(0, 256, (height, width, 3), np.uint8)
    print(hashlib.sha256(policy.observe(picture)["image"].tobytes()).hexdigest())
"""


@dataclass(frozen=True)
class RuntimeConfig:
    """What is measured."""

    pictures: int = 10_000
    """Random pictures of random sizes that are compared."""
    starts: int = 9
    """Processes whose time from import to first action is taken."""


def packages() -> list[str]:
    """Return the packages of the documented line, without vlsim."""
    line = re.search(
        r"^pip install --no-deps --no-compile vlsim (.+)$", LINE.read_text(), re.MULTILINE
    )
    assert line is not None
    return line[1].split()


def install(folder: Path) -> Path:
    """Make an environment with these packages alone; returns its Python."""
    pip = [sys.executable, "-m", "pip", "--quiet"]
    wheels = folder / "wheels"
    subprocess.run([*pip, "wheel", "--no-deps", "-w", wheels, ROOT], check=True)
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    # What the line pins itself, because another version is smaller, is not that of developers.
    own = {name.partition("==")[0] for name in packages() if "==" in name}
    constraints = folder / "constraints.txt"
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    constraints.write_text("\n".join(x for x in lines if x.partition("==")[0] not in own))
    pinned = ["install", "--no-deps", "--no-compile", "-c", constraints]
    chosen = [*wheels.glob("*.whl"), *packages()]
    subprocess.run([*pip, "--python", python, *pinned, *chosen], check=True, env=_clean())
    return python


def megabytes(python: Path) -> dict[str, float]:
    """Return the size of each installed folder, largest first, and of all together."""
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    sizes = {
        entry.name: sum(f.stat().st_size for f in [entry, *entry.rglob("*")] if f.is_file()) / 1e6
        for entry in packages.iterdir()
    }
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    return {
        "all": round(sum(sizes.values()), 1),
        **{name: round(size, 1) for name, size in largest},
    }


def run(python: Path | str, code: str, *arguments: object) -> list[str]:
    """Run code far from the clone, so that only what is installed is found; returns its lines."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-c", code, *map(str, arguments)],
            cwd=folder,
            env=_clean() if python != sys.executable else None,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return done.stdout.split()


def _clean() -> dict[str, str]:
    unwanted = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if key not in unwanted}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the result. Returns 1 if a target is missed."""
    config = tyro.cli(RuntimeConfig, args=argv, description=__doc__)
    with tempfile.TemporaryDirectory() as folder:
        python = install(Path(folder))
        size = megabytes(python)
        run(python, ACT)  # writes the byte code
        seconds = [float(run(python, ACT)[0]) for _ in range(config.starts)]
        robot = run(python, SEE, config.pictures, "zoo:demo@onnxruntime")
    trained = run(sys.executable, SEE, config.pictures, "zoo:demo")
    assert len(robot) == len(trained) == config.pictures
    results: dict[str, Any] = {
        "packages": packages(),
        "megabytes": size,
        "import_to_first_action_s": {
            "median": round(statistics.median(seconds), 3),
            "largest": round(max(seconds), 3),
            "n": len(seconds),
        },
        "pictures": config.pictures,
        "different_pictures": sum(a != b for a, b in zip(robot, trained, strict=True)),
    }
    print(json.dumps(results, indent=2))
    keep_result("runtime_install", results)
    misses = (
        size["all"] > MOST_MEGABYTES,
        statistics.median(seconds) > MOST_SECONDS,
        results["different_pictures"] > 0,
    )
    return int(any(misses))


if __name__ == "__main__":
    raise SystemExit(main())

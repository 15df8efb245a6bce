"""How much memory the resets of every task leak; it should be none.

    python -m benchmarks.reset_memory

Keeps `benchmarks/results/reset_memory.json`. What caches hold is filled before counting begins.
"""

import gc
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import psutil
import tyro

from benchmarks.result_file import keep_result
from vlsim.envs import make_env
from vlsim.envs.tasks import TASKS

MOST_GROWN_MB = 1.0
"""Limit of all resets together."""
MB = 1e6


@dataclass(frozen=True)
class ResetMemoryConfig:
    """What is counted."""

    resets: int = 20_000
    """Resets, shared out evenly over the tasks, each with and without randomisation."""
    warm_up: int = 500
    """Resets of each before counting."""


@dataclass(frozen=True)
class Growth:
    """What the resets of one task took."""

    task: str
    randomization: str | None
    resets: int
    grown_mb: float


def growth(task: str, randomization: str | None, resets: int, warm_up: int) -> Growth:
    """Return how much memory of this process that many resets took."""
    process = psutil.Process()
    environment = make_env(task, image_size=32, randomization=randomization)
    for seed in range(warm_up):
        environment.reset(seed=seed)
    gc.collect()
    before = process.memory_full_info().uss
    for seed in range(warm_up, warm_up + resets):
        environment.reset(seed=seed)
    gc.collect()
    grown = process.memory_full_info().uss - before
    environment.close()
    return Growth(task, randomization, resets, round(grown / MB, 3))


def main(argv: Sequence[str] | None = None) -> int:
    """Count, print and keep the result. Returns 1 if too much memory was taken."""
    config = tyro.cli(ResetMemoryConfig, args=argv, description=__doc__)
    settings = [(task, randomization) for task in TASKS for randomization in (None, "all")]
    each = -(-config.resets // len(settings))
    rows = []
    for task, randomization in settings:
        rows.append(growth(task, randomization, each, config.warm_up))
        print(f"{task:11} {randomization or '-':4} {rows[-1].grown_mb:8.3f} MB", flush=True)
    total, resets = sum(row.grown_mb for row in rows), each * len(settings)
    print(f"{total:.3f} MB in {resets} resets; target: at most {MOST_GROWN_MB} MB")
    keep_result(
        "reset_memory",
        {
            "resets": resets,
            "warm_up": config.warm_up,
            "grown_mb": round(total, 3),
            "most_grown_mb": MOST_GROWN_MB,
            "tasks": [asdict(row) for row in rows],
        },
    )
    return int(total > MOST_GROWN_MB)


if __name__ == "__main__":
    raise SystemExit(main())

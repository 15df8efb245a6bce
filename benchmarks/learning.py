"""What a preset learns: training runs of several seeds, each measured before and after PPO.

    python -m benchmarks.learning demo --seeds 0 1 2
    python -m benchmarks.learning demo --variant film --options="--fusion film"

Keeps `benchmarks/results/learning_PRESET.json`, from which the README's tables are made (`python -m
tools.docs.result_tables`). Run the same command again to go on after an interruption; runs that are
finished are not repeated.
"""

import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from benchmarks.result_file import keep_result
from vlsim.files import read_json, write_json
from vlsim.scripts.presets import PRESETS

TRAINED, GROUNDED = "trained", "before PPO"
BOUNDS = ("expert", "random")
TIME = "learning_minutes.json"
"""File of a run folder with how long its training took, if nothing interrupted it."""


@dataclass(frozen=True)
class LearningConfig:
    """What is trained and measured."""

    preset: tyro.conf.Positional[str]
    """Preset of `vlsim train`."""
    variant: str = ""
    """Name of a variant of the preset; it stands in the names of its runs and of its result."""
    options: str = ""
    """What the variant changes: options of `vlsim train`, as one string."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Training seeds; fewer than three support no claim."""
    episodes: int = 200
    """Episodes of each policy on each set."""
    sets: str = "seen,combo,paraphrase"
    """Instruction sets, separated by commas; controls are always run."""
    out: Path = Path("runs/learning")
    """Folder of the runs and their benchmarks."""
    threads: int = 2
    """Threads of each training run."""
    workers: int = 2
    """Worker processes of each run and benchmark."""

    @property
    def name(self) -> str:
        """What the runs and the result are called."""
        return f"{self.preset}_{self.variant}" if self.variant else self.preset


def main(argv: Sequence[str] | None = None) -> None:
    """Train, measure and keep the result."""
    config = tyro.cli(LearningConfig, args=argv, description=__doc__)
    runs = []
    for seed in config.seeds:
        run = config.out / f"{config.name}-{seed}"
        _train(config, seed, run)
        results = _benchmark(config, seed, run)
        origin = read_json(run / "provenance.json")
        runs.append({"seed": seed, "revision": origin["revision"], **summary(results, run)})
    preset = PRESETS[config.preset].config
    results = {
        "preset": config.preset,
        "options": config.options,
        "task": preset.task,
        "control": preset.control,
        "frames": preset.ppo.n_updates * preset.ppo.update_size,
        "runs": runs,
    }
    print(f"Kept: {keep_result(f'learning_{config.name}', results)}")


def summary(results: dict[str, Any], run: Path) -> dict[str, Any]:
    """Return of a benchmark's results what is kept: success of each policy on each set."""
    names = {str(run): TRAINED, str(run / "grounded"): GROUNDED, **{name: name for name in BOUNDS}}
    gain = next(
        (
            {key: row[key] for key in ("difference", "low", "high", "p_value")}
            for row in results["differences"]
            if row["set"] == "seen" and names[row["first"]] == TRAINED
        ),
        None,
    )
    return {
        "minutes": read_json(run / TIME)["minutes"] if (run / TIME).exists() else None,
        "scores": [
            {"policy": names[row["policy"]], "set": row["set"], "success": row["success"]}
            for row in results["scores"]
        ],
        "gain": gain,
    }


def _train(config: LearningConfig, seed: int, run: Path) -> None:
    if (run / "policy").exists():
        return
    if run.exists():
        _vlsim("train", "--resume", str(run))
        return
    begun = time.monotonic()
    _vlsim(
        *("train", config.preset, "--seed", str(seed), "--out", str(run.parent)),
        *("--name", run.name, "--threads", str(config.threads), "--workers", str(config.workers)),
        *shlex.split(config.options),
    )
    write_json(run / TIME, {"minutes": round((time.monotonic() - begun) / 60, 1)})


def _benchmark(config: LearningConfig, seed: int, run: Path) -> dict[str, Any]:
    # Expert and chance do not depend on the training seed: they are measured once.
    bounds = ("--bounds",) if seed == config.seeds[0] else ()
    out = run.with_name(f"{run.name}-benchmark")
    _vlsim(
        *("benchmark", "--policy", str(run), "--policy", str(run / "grounded"), *bounds),
        *("--task", PRESETS[config.preset].config.task, "--sets", config.sets, "--films", "0"),
        *("--episodes", str(config.episodes), "--workers", str(config.workers), "--out", str(out)),
    )
    return read_json(out / "results.json")


def _vlsim(*arguments: str) -> None:
    command = [sys.executable, "-m", "vlsim.scripts", *arguments]
    print("vlsim", *arguments, file=sys.stderr)
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"learning.py: vlsim {arguments[0]} failed; the same command goes on from here.")


if __name__ == "__main__":
    main()

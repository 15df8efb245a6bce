"""How many still scenes a policy needs: from scratch, and from the encoders of a model.

    vlsim pretrain vqa-refer && python -m benchmarks.transfer runs/vqa-refer

Both have the same network, scenes, steps and seeds; there is no PPO. Keeps
`benchmarks/results/transfer.json`. Run the same command again to go on after an interruption.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from benchmarks.result_file import keep_result
from vlsim.agents.load import find_model
from vlsim.deploy.manifest import CONFIG
from vlsim.files import read_json

SCRATCH, PRETRAINED = "scratch", "pretrained"
ENOUGH = 0.8
"""Success on `seen` whose scenes are counted."""


@dataclass(frozen=True)
class TransferConfig:
    """What is trained and measured."""

    backbone: tyro.conf.Positional[str]
    """Run of `vlsim pretrain` to start from."""
    scenes: tuple[int, ...] = (250, 500, 1000, 2000, 4000)
    """Still scenes that policies learn from."""
    steps: int = 400
    """Gradient steps of each."""
    seeds: tuple[int, ...] = (0,)
    """Training seeds."""
    episodes: int = 200
    """Episodes of each policy on each set."""
    sets: str = "seen,combo"
    """Instruction sets, separated by commas."""
    out: Path = Path("runs/transfer")
    """Folder of the runs and their benchmarks."""
    workers: int = 1
    """Worker processes of each run and benchmark."""


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure and keep the results."""
    config = tyro.cli(TransferConfig, args=argv, description=__doc__)
    rows = [
        {"start": start, "scenes": scenes, "seed": seed, **measured(config, start, scenes, seed)}
        for seed in config.seeds
        for scenes in config.scenes
        for start in (SCRATCH, PRETRAINED)
    ]
    needed = {start: scenes_to(rows, start) for start in (SCRATCH, PRETRAINED)}
    for start, scenes in needed.items():
        print(f"{start}: {ENOUGH:.0%} on seen from {scenes or 'more than all'} scenes on")
    keep_result("transfer", {"steps": config.steps, "needed": needed, "rows": rows})
    return 0


def scenes_to(rows: Sequence[dict[str, Any]], start: str) -> int | None:
    """Return the fewest scenes with which every seed reaches `ENOUGH`, None if none do.

    >>> rows = [
    ...     {"start": "scratch", "scenes": n, "success": {"seen": {"value": value}}}
    ...     for n, value in ((500, 0.9), (500, 0.7), (1000, 0.8))
    ... ]
    >>> scenes_to(rows, "scratch"), scenes_to(rows, "pretrained")
    (1000, None)
    """
    reached: dict[int, bool] = {}
    for row in rows:
        if row["start"] == start:
            success = row["success"]["seen"]["value"] >= ENOUGH
            reached[row["scenes"]] = reached.get(row["scenes"], True) and success
    return min((scenes for scenes, all_do in reached.items() if all_do), default=None)


def measured(config: TransferConfig, start: str, scenes: int, seed: int) -> dict[str, Any]:
    """Return what a policy reaches, trained and measured if it is not yet."""
    run = config.out / f"{start}-{scenes}-{seed}"
    backbone = read_json(find_model(config.backbone) / CONFIG)
    sizes = backbone["backbone"]
    if not run.exists():
        _vlsim(
            *("train", "demo", "--out", str(run.parent), "--name", run.name, "--seed", str(seed)),
            *("--vision", sizes["vision"], "--text", sizes["text"], "--dim", str(sizes["dim"])),
            *("--image-size", str(sizes["image_size"]), "--still.n-scenes", str(scenes)),
            *("--grounding.steps", str(config.steps), "--ppo.total-timesteps", "0"),
            *("--threads", "1", "--workers", str(config.workers)),
            *(("--backbone", config.backbone) if start == PRETRAINED else ()),
        )
    elif not (run / "policy").exists():
        _vlsim("train", "--resume", str(run))
    out = run.with_name(f"{run.name}-benchmark")
    _vlsim(
        *("benchmark", "--policy", str(run), "--task", "pick_place", "--sets", config.sets),
        *("--episodes", str(config.episodes), "--films", "0", "--workers", str(config.workers)),
        *("--out", str(out)),
    )
    scores = read_json(out / "results.json")["scores"]
    return {"success": {row["set"]: row["success"] for row in scores}}


def _vlsim(*arguments: str) -> None:
    print("vlsim", *arguments, file=sys.stderr)
    if subprocess.run([sys.executable, "-m", "vlsim.scripts", *arguments], check=False).returncode:
        sys.exit(f"transfer.py: vlsim {arguments[0]} failed; the same command goes on from here.")


if __name__ == "__main__":
    raise SystemExit(main())

"""Do the grounded objectives matter? The demo's run with and without them, several seeds each.

Both arms take the same PPO frames from the same seeds; "without" has no still scenes, so no
grounding stage and no grounded objective. Run it again to go on after an interruption.

    python benchmarks/grounded_objectives.py --out runs/objectives
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tyro

from vlsim.agents.config import ObjectiveConfig, TrainConfig
from vlsim.runs import read_metrics
from vlsim.scripts import train
from vlsim.scripts.train import PRESETS

ARMS = {"with grounded objectives": True, "without": False}


@dataclass(frozen=True)
class Config:
    """What is compared."""

    preset: str = "demo"
    """Preset whose run is repeated."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Training seeds; fewer than three support no claim."""
    out: Path = Path("runs/objectives")
    """Folder of the runs and of results.json."""
    picture: Path = Path("docs/images/grounded_objectives.png")
    """Where the curves are drawn."""


def main(argv: Sequence[str] | None = None) -> None:
    """Train both arms, write the numbers and draw the curves."""
    config = tyro.cli(Config, args=argv, description=__doc__)
    curves: dict[str, list[list[tuple[int, float]]]] = {}
    for arm, grounded in ARMS.items():
        for seed in config.seeds:
            run = config.out / f"{'with' if grounded else 'without'}-{seed}"
            _train(variant(PRESETS[config.preset][1], grounded, seed), run)
            curves.setdefault(arm, []).append(curve(run))
    last = {arm: [round(points[-1][1], 3) for points in runs] for arm, runs in curves.items()}
    summary = {"seeds": config.seeds, "last_update_success": last, "curves": curves}
    (config.out / "results.json").write_text(json.dumps(summary, indent=1))
    draw(curves, config.picture)
    print(json.dumps(last, indent=1))


def variant(base: TrainConfig, grounded: bool, seed: int) -> TrainConfig:
    """Return the run of one arm and seed."""
    if grounded:
        return replace(base, seed=seed)
    return replace(
        base,
        seed=seed,
        objectives=ObjectiveConfig(referent=0.0, contrastive=0.0),
        # Without a teacher of its own, the network must learn to see from PPO: at full rate.
        ppo=replace(base.ppo, grounding_lr_scale=1.0),
    )


def curve(run: Path) -> list[tuple[int, float]]:
    """Return frames and success rate of every update."""
    lines = [m for m in read_metrics(run) if m["stage"] == "ppo"]
    return [(m["frames"], m["success_rate"]) for m in lines if "success_rate" in m]


def draw(curves: dict[str, list[list[tuple[int, float]]]], picture: Path) -> None:
    """Draw one line per seed and a thick one for the mean of each arm."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.6))
    for (arm, runs), color in zip(curves.items(), ("tab:blue", "tab:red"), strict=True):
        frames = [f for f, _ in runs[0]]
        rates = [[rate for _, rate in points] for points in runs]
        for row in rates:
            axes.plot(frames, row, color=color, alpha=0.3, linewidth=1)
        mean = [sum(column) / len(column) for column in zip(*rates, strict=True)]
        axes.plot(frames, mean, color=color, linewidth=2.5, label=f"{arm} ({len(runs)} seeds)")
    axes.set(xlabel="PPO frames", ylabel="success in training", ylim=(-0.03, 1))
    axes.legend(loc="center right")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=130)


def _train(config: TrainConfig, run: Path) -> None:
    if (run / "policy").is_dir():
        return
    if run.is_dir():
        train.resume(run)
    else:
        train.start(config, run.parent, run.name)


if __name__ == "__main__":
    main()

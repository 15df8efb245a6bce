"""Do all parts go together? Trains the `smoke` preset with each, saves it, and loads it again.

    python -m benchmarks.parts

Keeps `benchmarks/results/parts.json`: for every combination of vision, text and fusion how many
parameters it has, how long one batch of grounding takes beside today's default in the same run, and
how far the loaded policy's actions are from the saved ones'.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
import tyro

from benchmarks.result_file import keep_result
from vlsim.deploy.bundle import load_bundle
from vlsim.deploy.network import build_actor, golden_actions
from vlsim.models.backbone import Backbone
from vlsim.models.config import BackboneConfig
from vlsim.models.fusion import FUSION
from vlsim.models.text import TEXT
from vlsim.progress import Progress
from vlsim.scripts.presets import PRESETS
from vlsim.scripts.train import start

BATCH, SENTENCES, WORDS = 64, 4, 20
ROUNDS = 3


@dataclass(frozen=True)
class PartsConfig:
    """Which parts are tried."""

    vision: tuple[str, ...] = ("conv", "vit")
    """Vision parts."""
    text: tuple[str, ...] = tuple(TEXT)
    """Text parts."""
    fusion: tuple[str, ...] = tuple(FUSION)
    """Fusion parts."""


def main(argv: Sequence[str] | None = None) -> None:
    """Train, save, load and time every combination."""
    config = tyro.cli(PartsConfig, args=argv, description=__doc__)
    combinations = list(product(config.vision, config.text, config.fusion))
    rows = []
    with Progress("Parts", len(combinations), "combinations") as progress:
        for vision, text, fusion in combinations:
            names = {"vision": vision, "text": text, "fusion": fusion}
            measured = _size_and_speed(names) | {"action_difference": _trained(names)}
            rows.append(names | measured)
            progress.print(str(rows[-1]))
            progress.advance()
    print(f"Kept: {keep_result('parts', rows)}")


def _trained(names: dict[str, str]) -> float:
    with TemporaryDirectory() as folder:
        preset = replace(PRESETS["smoke"].config, **names, threads=1, workers=1)
        run = start(preset, Path(folder), "run")
        bundle = load_bundle(run / "policy")
        actor, golden = build_actor(bundle).eval(), bundle.golden
        action = golden_actions("parts", actor, golden, blind=False)
        return float(np.abs(action - golden["action"]).max())


def _size_and_speed(names: dict[str, str]) -> dict[str, Any]:
    torch.manual_seed(0)
    plain, other = Backbone(BackboneConfig(512)), Backbone(BackboneConfig(512, **names))
    seconds: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(ROUNDS):
        for i, backbone in enumerate((plain, other)):
            seconds[i].append(_batch(backbone))
    return {
        "parameters": sum(p.numel() for p in other.parameters()),
        "seconds_by_default": round(min(seconds[1]) / min(seconds[0]), 2),
    }


def _batch(backbone: Backbone) -> float:
    image, ids = torch.rand(BATCH, 1, 3, 64, 64), torch.randint(1, 512, (BATCH, SENTENCES, WORDS))
    begun = time.process_time()
    backbone(image, ids).scores.square().mean().backward()
    return time.process_time() - begun


if __name__ == "__main__":
    main()

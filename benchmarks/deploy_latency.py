"""How long policies take on a CPU, one thread: every policy of the zoo, and a larger network.

    python -m benchmarks.deploy_latency

The larger networks see 224 px through untrained towers of `transformers` with about 3 M parameters,
one with patches of 32 pixels (7 x 7 tokens), one with patches of 16 (14 x 14). Engines take turns.
Keeps `benchmarks/results/deploy_latency.json`.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import tyro

from benchmarks.result_file import keep_result
from vlsim.agents.config import TrainConfig
from vlsim.agents.load import find_bundle, zoo
from vlsim.agents.saving import save_policy
from vlsim.deploy.exporting.export import export_policy
from vlsim.deploy.latency import calls_of, measure
from vlsim.interface.observation import channels_for
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig, BackboneConfig

LARGE = {"ViT/32, 224 px": 32, "ViT/16, 224 px": 16}
"""Side of the patches of the larger networks."""
EVERYWHERE = (("torch", "fp32"), ("onnxruntime", "fp32"), ("openvino", "fp32"))
"""Engines that are measured with every network."""
SMALLER = (("onnxruntime", "fp16"), ("onnxruntime", "int8"))
"""Measured with the policies of the zoo, too."""


@dataclass(frozen=True)
class LatencyConfig:
    """How much is measured."""

    calls: int = 3000
    """Calls of each, for policies of the zoo."""
    large_calls: int = 300
    """The same for the larger networks."""


def large_bundle(folder: Path, patch: int) -> tuple[Path, int]:
    """Write the bundle of a larger network, exported; return it and its number of parameters."""
    from transformers import ViTConfig, ViTImageProcessorPil, ViTModel

    torch.manual_seed(0)
    tower = str(folder / f"vit-{patch}")
    sizes = {"hidden_size": 192, "num_attention_heads": 3, "intermediate_size": 768}
    vit = ViTConfig(num_hidden_layers=6, image_size=224, patch_size=patch, **sizes)
    ViTModel(vit, add_pooling_layer=False).save_pretrained(tower)
    ViTImageProcessorPil().save_pretrained(tower)
    backbone = BackboneConfig(VOCABULARY_SIZE, 192, 224, f"hf:{tower}", "gru", "late")
    actor = Actor(ActorConfig("ee_delta", 20, channels_for("ee_delta", ("lift",)), backbone))
    config = TrainConfig(task="lift", control="ee_delta", image_size=224)
    bundle = save_policy(folder / f"{patch}.vlsim", actor, config)
    export_policy(bundle, bundle, lambda policy: None, ("fp32",))
    return bundle, sum(parameter.numel() for parameter in actor.parameters())


def rows_of(
    name: str, folder: Path, engines: Sequence[tuple[str, str]], calls: int
) -> list[dict[str, Any]]:
    """Return a row for each engine and part."""
    latencies = measure(calls_of(folder, engines, threads=1), calls)
    eager = {
        entry.part: entry.percentiles["p50"] for entry in latencies if entry.name == "torch:fp32"
    }
    return [
        {
            "policy": name,
            "engine": entry.name,
            "part": entry.part,
            **{f"{key}_ms": round(value, 3) for key, value in entry.percentiles.items()},
            "least_ms": round(float(np.min(entry.times_ms)), 3),
            "of_eager": round(entry.percentiles["p50"] / eager[entry.part], 3),
            "n": len(entry.times_ms),
        }
        for entry in latencies
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the result. Returns 1 if a target is missed."""
    config = tyro.cli(LatencyConfig, args=argv, description=__doc__)
    rows: list[dict[str, Any]] = []
    load = os.getloadavg()[0]
    for name in zoo():
        folder = find_bundle(f"zoo:{name}")
        assert folder is not None
        rows += rows_of(f"zoo:{name}", folder, (*EVERYWHERE, *SMALLER), config.calls)
    with tempfile.TemporaryDirectory() as scratch:
        parameters = {}
        for name, patch in LARGE.items():
            bundle, parameters[name] = large_bundle(Path(scratch), patch)
            rows += rows_of(name, bundle, EVERYWHERE, config.large_calls)
    for row in rows:
        times = ", ".join(f"{p} {row[f'{p}_ms']:.2f}" for p in ("p50", "p95", "p99"))
        name = f"{row['policy']} {row['engine']} {row['part']}"
        print(f"{name}: {times} ms, {row['of_eager']} x eager")
    # Other programs on the same cores show in the tail: the load says how many there were.
    keep_result(
        "deploy_latency",
        {"load_before": round(load, 2), "large_parameters": parameters, "rows": rows},
    )
    default = ("onnxruntime:fp32", "model")
    chosen = {row["policy"]: row for row in rows if (row["engine"], row["part"]) == default}
    demo = chosen["zoo:demo"]
    met = (
        demo["p50_ms"] <= 0.5 and demo["p99_ms"] <= 2.0,
        all(row["of_eager"] <= 0.6 for name, row in chosen.items() if name not in LARGE),
        chosen["ViT/32, 224 px"]["p50_ms"] <= 8.0,
    )
    return int(not all(met))


if __name__ == "__main__":
    raise SystemExit(main())

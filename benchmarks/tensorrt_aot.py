"""Build every exported graph with TensorRT-RTX's ahead-of-time compiler, which needs no GPU.

    python -m benchmarks.tensorrt_aot

Graphs of every policy of the zoo, and of actors that have every registered part among them, in
every precision. Nothing is computed: this shows that TensorRT reads the graphs, their types, shapes
and profiles, and not what the engines do or how fast. The compiler is downloaded into a throw-away
folder and runs in a process of its own. Keeps `benchmarks/results/tensorrt_aot.json`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import tyro

from benchmarks.result_file import keep_result
from tests.contracts.test_export import CONFIGS
from tools.tensorrt.throw_away import BINDINGS, RTX, environment
from vlsim.agents.load import find_bundle, zoo
from vlsim.deploy import load_bundle
from vlsim.deploy.exported import FP16, FP32, FUSED_GRAPH, INT8, POLICY_GRAPHS, TEXT_GRAPH
from vlsim.deploy.exporting.export import ACTS
from vlsim.deploy.exporting.inputs import TOKENS, fused_inputs, policy_inputs, text_inputs
from vlsim.deploy.exporting.onnx_file import onnx_of
from vlsim.deploy.exporting.quantize import int8_of
from vlsim.deploy.graphs import FusedGraph, PolicyGraph, TextGraph
from vlsim.models.actor import Actor
from vlsim.models.config import ActorConfig
from vlsim.seeding import stream


@dataclass(frozen=True)
class AotConfig:
    """Where the compiler is kept."""

    folder: Path | None = None
    """Folder for the compiler (250 MB), to use it again; without one it is thrown away."""


def graphs_of_part(sizes: ActorConfig) -> dict[str, bytes]:
    """Return the graphs of an untrained actor by file name; random pictures decide the scales."""
    torch.manual_seed(0)
    actor = Actor(sizes).eval()
    policy = onnx_of(PolicyGraph(actor), policy_inputs(sizes), ACTS)
    half = PolicyGraph(deepcopy(actor).half())
    rng = stream(0, "tensorrt_aot")
    examples = {name: value.numpy() for name, value in policy_inputs(sizes).items()}
    pictures = rng.integers(0, 256, examples["image"].shape, np.uint8)
    return {
        TEXT_GRAPH: onnx_of(TextGraph(actor), text_inputs(sizes), TOKENS).data,
        POLICY_GRAPHS[FP32]: policy.data,
        POLICY_GRAPHS[FP16]: onnx_of(half, policy_inputs(sizes), ACTS).data,
        POLICY_GRAPHS[INT8]: int8_of(policy, [examples | {"image": pictures}]),
        FUSED_GRAPH: onnx_of(FusedGraph(actor), fused_inputs(sizes), ACTS).data,
    }


def graphs() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the graphs of every policy of the zoo, and of actors with every part among them."""
    for name in zoo():
        folder = find_bundle(f"zoo:{name}")
        assert folder is not None
        bundle = load_bundle(folder)
        names = [file for file in bundle.manifest.files if file.endswith(".onnx")]
        yield f"zoo:{name}", {file: bundle.read(file) for file in names}
    for name, sizes in CONFIGS.items():
        yield name, graphs_of_part(sizes)


def build(files: dict[str, bytes], env: dict[str, str]) -> list[dict[str, Any]]:
    """Return what was built of each graph.

    Raises:
        CalledProcessError: If one is not built; what the compiler says is printed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for name, data in files.items():
            (Path(scratch) / name).write_bytes(data)
        command = [sys.executable, "-m", "tools.tensorrt.build_plans", scratch]
        done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main(argv: Sequence[str] | None = None) -> int:
    """Build, print and keep the result."""
    config = tyro.cli(AotConfig, args=argv, description=__doc__)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = config.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        env = environment(folder.resolve(), "11")
        for policy, files in graphs():
            for row in build(files, env):
                rows.append({"policy": policy, **row})
                print(
                    f"{policy} {row['graph']}: {row['layers']} layers, {row['megabytes']} MB, "
                    f"{row['seconds']} s, {row['outputs']}"
                )
    keep_result("tensorrt_aot", {"compiler": RTX, "bindings": BINDINGS["11"], "rows": rows})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

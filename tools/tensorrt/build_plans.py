"""Build the graphs of a folder with the bindings that this process finds; a line of JSON for each.

    python -m tools.tensorrt.build_plans FOLDER

In a process of its own, in the environment of `throw_away.environment`.
"""

import json
import sys
import time
from pathlib import Path

from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.compiling.tensorrt_builder import PlanBuilder, Sizes

AUDITED = ("CONVOLUTION", "MATRIX_MULTIPLY", "NORMALIZATION", "SOFTMAX")
"""Layers whose type of output shows what a graph computes with."""
USUAL_WORDS = 20


def build_plans(folder: Path) -> None:
    """Build and print; the first graph that is not built ends it."""
    import tensorrt_bindings as trt

    sizes = Sizes.of(BuildOptions().rows, USUAL_WORDS)
    for path in sorted(folder.glob("*.onnx")):
        # Without a device there are no times to measure.
        builder, begin = PlanBuilder(trt, BuildOptions(), timing_cache=None), time.perf_counter()
        plan, seconds = builder.build(path.read_bytes(), sizes), time.perf_counter() - begin
        _builder, network, _parser = builder.parse(path.read_bytes())
        layers = [network.get_layer(i) for i in range(network.num_layers)]
        outputs: dict[str, dict[str, int]] = {}
        for layer in layers:
            if layer.type.name in AUDITED:
                counts = outputs.setdefault(layer.get_output(0).dtype.name, {})
                counts[layer.type.name] = counts.get(layer.type.name, 0) + 1
        row = {
            "graph": path.name,
            "layers": len(layers),
            "scaled": sum(layer.type.name == "DEQUANTIZE" for layer in layers),
            "megabytes": round(len(plan) / 1e6, 2),
            "seconds": round(seconds, 2),
            "outputs": outputs,
        }
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    build_plans(Path(sys.argv[1]))

"""Record the names and parameters of TensorRT's bindings, for the fake that tests compile with.

    python -m tools.tensorrt.record_bindings

Of both main versions, and of what is used of CUDA's. Writes tests/deploy/tensorrt_bindings.json.
"""

import inspect
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.tensorrt.throw_away import BINDINGS, environment

OUT = Path(__file__).parents[2] / "tests" / "deploy" / "tensorrt_bindings.json"
CLASSES = (
    *("Logger", "Builder", "INetworkDefinition", "ITensor", "OnnxParser", "ParserError"),
    *("IBuilderConfig", "IOptimizationProfile", "ITimingCache", "IHostMemory"),
    *("Runtime", "ICudaEngine", "IExecutionContext"),
    *("NetworkDefinitionCreationFlag", "MemoryPoolType", "BuilderFlag", "TensorIOMode"),
)
"""Classes that the builder and the engine use."""
FUNCTIONS = ("nptype",)
CUDA = "cuda-bindings==13.5.0"
CUDA_FUNCTIONS = (
    *("cudaGetDeviceProperties", "cudaStreamCreate", "cudaStreamSynchronize"),
    *("cudaMalloc", "cudaFree", "cudaMemcpyAsync"),
)


def main() -> None:
    """Install, record each version in a process of its own, and write the file."""
    with tempfile.TemporaryDirectory() as scratch:
        recorded = {
            BINDINGS[version].partition("==")[2]: _recorded(environment(Path(scratch), version))
            for version in BINDINGS
        }
        target = Path(scratch) / "cuda"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        subprocess.run([*command, str(target), CUDA, "cuda-pathfinder"], check=True)
        env = environment(Path(scratch), "11")
        env["PYTHONPATH"] += f":{target}"
        cuda = _recorded(env, "cuda")
    content = {"command": "python -m tools.tensorrt.record_bindings", "tensorrt": recorded}
    OUT.write_text(json.dumps(content | {"cuda": cuda}, indent=1, sort_keys=True) + "\n")


def _recorded(env: dict[str, str], *words: str) -> Any:  # noqa: ANN401
    command = [sys.executable, "-m", "tools.tensorrt.record_bindings", "here", *words]
    return json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)


def here() -> dict[str, Any]:
    """Return what the bindings of this process have: parameters of functions, null for the rest."""
    import tensorrt_bindings as trt

    classes = {
        name: {
            member: _parameters(getattr(getattr(trt, name), member))
            for member in dir(getattr(trt, name))
            if not member.startswith("_") or member == "__init__"
        }
        for name in CLASSES
    }
    functions = {name: list(inspect.signature(getattr(trt, name)).parameters) for name in FUNCTIONS}
    return {"classes": classes, "functions": functions}


def here_of_cuda() -> dict[str, Any]:
    """Return the parameters of what is used of CUDA's bindings, and the kinds of copies."""
    from cuda.bindings import runtime

    functions = {name: _parameters(getattr(runtime, name)) for name in CUDA_FUNCTIONS}
    return {"functions": functions, "cudaMemcpyKind": [k.name for k in runtime.cudaMemcpyKind]}


def _parameters(member: Any) -> list[str] | None:  # noqa: ANN401
    """Return the names that a documentation begins with, but `self`; "=" ends optional ones."""
    first = (getattr(member, "__doc__", None) or "").strip().partition("\n")[0]
    found = re.match(r"\w+\((.*)\)", first)
    if found is None or not callable(member):
        return None
    names = []
    for part in re.split(r",\s*(?![^\[(]*[\])])", found[1]):
        head, _, default = part.partition("=")
        name = head.partition(":")[0].split()[-1:] or [""]
        if name[0] not in ("", "self"):
            names.append(name[0] + "=" * bool(default))
    return names


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["here"]:
            print(json.dumps(here()))
        case ["here", "cuda"]:
            print(json.dumps(here_of_cuda()))
        case _:
            main()

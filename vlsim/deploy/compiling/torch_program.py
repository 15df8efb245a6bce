"""The graph that acts, compiled by torch itself: AOTInductor, machine code behind a `.pt2` file."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.compiling.engine_cache import EngineCache, hash_of
from vlsim.deploy.engines.graph_engine import GraphEngine, Run, in_parts
from vlsim.deploy.exported import FP32, LIMITS, MOST_ROWS
from vlsim.deploy.exporting.program import policy_program
from vlsim.deploy.manifest import CONFIG, WEIGHTS, one_line
from vlsim.deploy.network import TorchEngine, build_actor
from vlsim.errors import EngineError

PACKAGE = "policy.pt2"


def cache_of(bundle: Bundle) -> EngineCache:
    """Return where the compiled program of a bundle is kept, for this torch and this CPU."""
    device = f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
    source = hash_of(bundle, CONFIG, WEIGHTS)
    return EngineCache("aoti", f"torch-{torch.__version__}", device, FP32, source)


def write_package(bundle: Bundle, folder: Path) -> None:
    """Compile the graph that acts; takes about a minute, and a C++ compiler.

    Raises:
        EngineError: If it cannot be compiled.
    """
    path = str(folder / PACKAGE)
    try:
        torch._inductor.aoti_compile_and_package(policy_program(bundle), package_path=path)
    # Exception, not a list of them: a missing compiler, a full disk and a fault of torch alike.
    except Exception as error:
        raise EngineError(f"AOTInductor compiled nothing: {one_line(error)}.") from error


def open_package(bundle: Bundle, folder: Path) -> GraphEngine:
    """Return the engine of what was compiled; sentences are read by torch as it is."""
    engine = TorchEngine(build_actor(bundle))

    def read(inputs: Mapping[str, NDArray[Any]]) -> Sequence[NDArray[Any]]:
        tokens = engine.read(inputs["ids"])
        return tokens.words, tokens.context, tokens.mask

    act = in_parts(_opened(folder / PACKAGE), 1, MOST_ROWS)
    return GraphEngine(LIMITS[FP32], read, act)


def _opened(path: Path) -> Run:
    # Machine code, but of this machine: bundles hold none.
    package = torch._inductor.aoti_load_package(str(path))

    def run(inputs: Mapping[str, NDArray[Any]]) -> Sequence[NDArray[Any]]:
        with torch.no_grad():
            found = package(*(torch.from_numpy(array) for array in inputs.values()))
        return [tensor.numpy() for tensor in found]

    return run

"""TensorRT: compiled on the machine where it acts, by `vlsim compile`."""

from pathlib import Path
from typing import Any

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.compiling.cuda_memory import CudaMemory
from vlsim.deploy.compiling.engine_cache import EngineCache, hash_of
from vlsim.deploy.compiling.operators import check_operators
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.compiling.tensorrt_builder import PlanBuilder, Sizes
from vlsim.deploy.compiling.tensorrt_plan import Plan
from vlsim.deploy.engines.base import (
    COMPILERS,
    ENGINES,
    Computing,
    Engine,
    check_computing,
)
from vlsim.deploy.engines.graph_engine import GraphEngine, Run, in_parts
from vlsim.deploy.exported import POLICY_GRAPHS, PRECISIONS, TEXT_GRAPH, tolerance
from vlsim.deploy.sizes import read_sizes
from vlsim.extras import import_extra

DOING = "The engine 'tensorrt'"
MEANWHILE = "A Jetson has it from JetPack; until it is there, the engine 'onnxruntime' works."
ONE_ROW = (1, 1, 1)
"""Sentences are read one at a time."""


@ENGINES.register("tensorrt")
def open_tensorrt(bundle: Bundle, computing: Computing) -> Engine:
    """Open what `vlsim compile` built for this GPU; the profile that was compiled last.

    Raises:
        BundleError: If the bundle was not exported in this precision.
        EngineError: If there is no GPU, or the plan cannot be opened.
        InvalidValueError: If it is not compiled here, or another device is asked for.
        MissingExtraError: If tensorrt or cuda-bindings is not installed.
    """
    check_computing("tensorrt", computing, PRECISIONS, "its GPU")
    trt, memory, allowed = _module(), CudaMemory(DOING), tolerance(bundle, computing.precision)
    folder = _cache(trt, memory, bundle, computing).latest(bundle)

    def opened(name: str) -> Run:
        plan = Plan(trt, (folder / f"{name}.plan").read_bytes(), memory)
        return in_parts(plan, plan.fewest_rows, plan.most_rows)

    return GraphEngine(allowed, opened(TEXT_GRAPH), opened(POLICY_GRAPHS[computing.precision]))


@COMPILERS.register("tensorrt")
def compile_tensorrt(bundle: Bundle, computing: Computing, options: BuildOptions) -> EngineCache:
    """Build plans of both graphs for this GPU, unless they are there already.

    Raises:
        BundleError: If the bundle was not exported in this precision, or TensorRT does not have an
            operator of a graph.
        EngineError: If there is no GPU, or TensorRT does not build a graph.
        InvalidValueError: If another device is asked for.
        MissingExtraError: If tensorrt, cuda-bindings or onnx is not installed.
    """
    check_computing("tensorrt", computing, PRECISIONS, "its GPU")
    tolerance(bundle, computing.precision)
    names = (TEXT_GRAPH, POLICY_GRAPHS[computing.precision])
    for name in names:
        check_operators(bundle, name)
    trt = _module()
    cache = _cache(trt, CudaMemory(DOING), bundle, computing)
    n_words = read_sizes(bundle)[0].n_words

    def write(folder: Path) -> None:
        times = cache.machine / "timing.cache"
        builder = PlanBuilder(trt, options, times.read_bytes() if times.is_file() else b"")
        for name, rows in zip(names, (ONE_ROW, options.rows), strict=True):
            sizes = Sizes.of(rows, n_words)
            (folder / f"{name}.plan").write_bytes(builder.build(bundle.read(name), sizes))
        times.write_bytes(builder.timing_cache or b"")

    cache.build(options.profile, write)
    return cache


def _module() -> Any:  # noqa: ANN401, optional package
    return import_extra("tensorrt", DOING, "tensorrt", MEANWHILE)


def _cache(trt: Any, memory: CudaMemory, bundle: Bundle, computing: Computing) -> EngineCache:  # noqa: ANN401
    source = hash_of(bundle, TEXT_GRAPH, POLICY_GRAPHS[computing.precision])
    compiler = f"tensorrt-{trt.__version__}"
    return EngineCache("tensorrt", compiler, memory.device, computing.precision, source)

"""Torch-TensorRT: a torch program in which TensorRT computes, made by `vlsim compile`."""

from typing import Any

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.compiling.engine_cache import EngineCache
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.engines.base import (
    COMPILERS,
    ENGINES,
    Computing,
    Engine,
    check_computing,
    check_torch,
)
from vlsim.deploy.exported import FP16, FP32
from vlsim.extras import import_extra

NAME = "torch-tensorrt"
MEANWHILE = "Until it is there, the engine 'onnxruntime' works."


@ENGINES.register(NAME)
def open_torch_tensorrt(bundle: Bundle, computing: Computing) -> Engine:
    """Open what `vlsim compile` made of a bundle; the profile that was compiled last.

    Raises:
        BundleError: If configuration and weights do not fit.
        EngineError: If there is no GPU.
        InvalidValueError: If it is not compiled here, or another device or precision is asked for.
        MissingExtraError: If torch-tensorrt is not installed.
    """
    package = _package(computing)
    from vlsim.deploy.compiling import torch_tensorrt_program as program

    folder = program.cache_of(package, bundle, computing.precision).latest(bundle)
    return program.open_program(package, bundle, computing.precision, folder)


@COMPILERS.register(NAME)
def compile_torch_tensorrt(
    bundle: Bundle, computing: Computing, options: BuildOptions
) -> EngineCache:
    """Compile the graph that acts for this GPU, unless that was done before.

    Raises:
        BundleError: If configuration and weights do not fit.
        EngineError: If there is no GPU, or it cannot be compiled.
        InvalidValueError: If another device or precision is asked for.
        MissingExtraError: If torch-tensorrt is not installed.
    """
    package = _package(computing)
    from vlsim.deploy.compiling import torch_tensorrt_program as program

    cache = program.cache_of(package, bundle, computing.precision)
    cache.build(
        options.profile,
        lambda folder: program.write_program(package, bundle, computing.precision, options, folder),
    )
    return cache


def _package(computing: Computing) -> Any:  # noqa: ANN401, optional package
    check_computing(NAME, computing, (FP32, FP16), "its GPU")
    check_torch(NAME)
    return import_extra("torch_tensorrt", f"The engine '{NAME}'", NAME, MEANWHILE)

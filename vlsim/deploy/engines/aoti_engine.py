"""AOTInductor: torch's own compiler; machine code of one CPU, made by `vlsim compile`."""

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.compiling.engine_cache import EngineCache
from vlsim.deploy.compiling.options import BuildOptions
from vlsim.deploy.engines.base import (
    COMPILERS,
    ENGINES,
    Computing,
    Engine,
    check_computing,
    check_no_options,
    check_torch,
)
from vlsim.deploy.exported import FP32

PROFILE = "any-rows"


@ENGINES.register("aoti")
def open_aoti(bundle: Bundle, computing: Computing) -> Engine:
    """Open what `vlsim compile` made of a bundle; `threads` are those of the whole process.

    Raises:
        BundleError: If configuration and weights do not fit.
        InvalidValueError: If it is not compiled here, or another device or precision is asked for.
    """
    check_computing("aoti", computing, (FP32,))
    check_torch("aoti")
    from vlsim.deploy.compiling import torch_program

    if computing.threads:
        import torch

        torch.set_num_threads(computing.threads)
    return torch_program.open_package(bundle, torch_program.cache_of(bundle).latest(bundle))


@COMPILERS.register("aoti")
def compile_aoti(bundle: Bundle, computing: Computing, options: BuildOptions) -> EngineCache:
    """Compile the graph that acts for this CPU, unless that was done before.

    Raises:
        BundleError: If configuration and weights do not fit.
        EngineError: If it cannot be compiled; there must be a C++ compiler.
        InvalidValueError: If another device or precision, or an option of TensorRT is asked for.
    """
    check_computing("aoti", computing, (FP32,))
    check_no_options("aoti", options)
    check_torch("aoti")
    from vlsim.deploy.compiling import torch_program

    cache = torch_program.cache_of(bundle)
    cache.build(PROFILE, lambda folder: torch_program.write_package(bundle, folder))
    return cache

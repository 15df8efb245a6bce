"""Compile a policy's graphs for this machine, and verify what comes of it.

Ends like `vlsim verify`: with exit code 2 if the compiled policy does not do what the trained
network does; then nothing is kept of it. Compiled code fits one machine and is in no bundle: run
this where it shall act.

Examples:
  vlsim compile demo.vlsim --backend openvino
  vlsim compile demo.vlsim --backend onnxruntime --precision int8 --episodes 500
  vlsim compile demo.vlsim --backend tensorrt --precision fp16 --rows 1 1 1
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import tyro

from vlsim.deploy.compiling.options import MEBIBYTE, BuildOptions
from vlsim.deploy.exported import MOST_ROWS, WORKSPACE
from vlsim.errors import InvalidValueError
from vlsim.scripts.export import find_trained
from vlsim.scripts.options import read_options
from vlsim.scripts.verify import verify


@dataclass(frozen=True)
class CompileConfig:
    """What to compile."""

    policy: tyro.conf.Positional[str]
    """Exported bundle, such as demo.vlsim."""
    backend: str = "onnxruntime"
    """Engine to compile for; see docs/deployment.md."""
    precision: str = "fp32"
    """Precision of the graph: fp32, fp16 or int8."""
    episodes: int = 100
    """Benchmark episodes that verify it, on torch and on the backend. 0: actions alone."""
    rows: tuple[int, int, int] = (1, 1, MOST_ROWS)
    """TensorRT: fewest rows at once, usual ones, most. A robot has one row: 1 1 1."""
    workspace_mib: int = WORKSPACE // MEBIBYTE
    """TensorRT: memory for intermediate results."""
    version_compatible: bool = False
    """TensorRT: later versions shall run the result, too."""

    def __post_init__(self) -> None:
        """Refuse fewer than no episodes, and what no compiler can do."""
        if self.episodes < 0:
            raise InvalidValueError(f"episodes must be at least 0, got {self.episodes}.")
        _ = self.options

    @property
    def options(self) -> BuildOptions:
        """What the compiler may do."""
        return BuildOptions(self.rows, self.workspace_mib * MEBIBYTE, self.version_compatible)


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim compile`."""
    config = read_options(CompileConfig, argv, "vlsim compile", __doc__)
    find_trained(config.policy)

    # This imports much, so mistakes in the options are found before.
    from vlsim.deploy.bundle import load_bundle
    from vlsim.deploy.engines import COMPILERS, ENGINES, Computing
    from vlsim.deploy.engines.base import check_no_options

    open_engine, computing = ENGINES[config.backend], Computing(config.precision)
    bundle = load_bundle(find_trained(config.policy))
    begin, cache = time.perf_counter(), None
    if config.backend in COMPILERS:
        cache = COMPILERS[config.backend](bundle, computing, config.options)
    else:
        check_no_options(config.backend, config.options)
        open_engine(bundle, computing)
    name = f"{config.policy}@{config.backend}:{config.precision}"
    print(f"{name}: compiled in {time.perf_counter() - begin:.2f} s")
    try:
        verify(name, config.episodes)
    except BaseException:
        # What was not verified must not act, even if this was interrupted.
        if cache is not None:
            cache.forget()
        raise
    print(f"Use it wherever a policy is named: vlsim record --policy {name} …")


if __name__ == "__main__":
    main()

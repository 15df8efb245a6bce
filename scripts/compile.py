"""Compile a policy's graphs for this machine, and verify what comes of it.

Ends like `vlsim verify`: with exit code 2 if the compiled policy does not do what the trained
network does. Compiled code fits one machine and is in no bundle: run this where it shall act.

Examples:
  vlsim compile demo.vlsim --backend openvino
  vlsim compile demo.vlsim --backend onnxruntime --precision int8 --episodes 500
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import tyro

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

    def __post_init__(self) -> None:
        """Refuse fewer than no episodes."""
        if self.episodes < 0:
            raise InvalidValueError(f"episodes must be at least 0, got {self.episodes}.")


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim compile`."""
    config = read_options(CompileConfig, argv, "vlsim compile", __doc__)
    find_trained(config.policy)

    # This imports much, so mistakes in the options are found before.
    from vlsim.deploy.bundle import load_bundle
    from vlsim.deploy.engines import ENGINES, Computing

    compile_bundle, computing = ENGINES[config.backend], Computing(config.precision)
    bundle = load_bundle(find_trained(config.policy))
    begin = time.perf_counter()
    compile_bundle(bundle, computing)
    name = f"{config.policy}@{config.backend}:{config.precision}"
    print(f"{name}: compiled in {time.perf_counter() - begin:.2f} s")
    verify(name, config.episodes)
    print(f"Use it wherever a policy is named: vlsim record --policy {name} …")


if __name__ == "__main__":
    main()

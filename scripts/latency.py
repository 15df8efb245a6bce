"""Measure how long a trained policy takes: p50, p95 and p99, warm, batch 1, on each engine.

The network alone, and the whole loop from a camera's picture (640 x 480) to an action. Engines take
turns, so that they meet the same machine.

Examples:
  vlsim latency demo.vlsim
  vlsim latency demo.vlsim@onnxruntime:fp16 --threads 2 --out fp16.svg
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.console import Console
from rich.table import Table

from vlsim.agents import load
from vlsim.errors import InvalidValueError
from vlsim.files import atomic_write
from vlsim.scripts.export import find_trained
from vlsim.scripts.options import read_options
from vlsim.scripts.verify import engines_of


@dataclass(frozen=True)
class LatencyConfig:
    """What to measure."""

    policy: tyro.conf.Positional[str]
    """Exported bundle, or BUNDLE@ENGINE:PRECISION. Default engine: onnxruntime, all precisions."""
    calls: int = 1000
    """Calls of each that are measured."""
    threads: int = 1
    """Threads of one call."""
    out: Path = Path("latency.svg")
    """Plot to write."""

    def __post_init__(self) -> None:
        """Refuse numbers that measure nothing."""
        if self.calls < 100 or self.threads < 1:
            raise InvalidValueError(
                f"calls must be at least 100 and threads at least 1, got {self.calls} and "
                f"{self.threads}."
            )


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim latency`."""
    config = read_options(LatencyConfig, argv, "vlsim latency", __doc__)
    folder = find_trained(config.policy)
    engines = [load.split_engine(name)[1:] for name in engines_of(config.policy)]

    # These import much, so mistakes in the options are found before.
    from vlsim.deploy.latency import calls_of, measure
    from vlsim.deploy.latency_plot import plot

    compared = dict.fromkeys([("torch", "fp32"), *engines])
    latencies = measure(calls_of(folder, list(compared), config.threads), config.calls)
    title = f"batch 1, threads: {config.threads}"
    table = Table("engine", "part", "p50 ms", "p95 ms", "p99 ms", title=title)
    for entry in latencies:
        table.add_row(
            entry.name, entry.part, *(f"{value:.2f}" for value in entry.percentiles.values())
        )
    Console().print(table)
    with atomic_write(config.out) as temporary:
        temporary.write_text(plot(latencies), encoding="utf-8")
    print(f"Plot: {config.out}")


if __name__ == "__main__":
    main()

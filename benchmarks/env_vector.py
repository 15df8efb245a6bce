"""Why `envs/vector.py` exists: what many environments in few processes are worth to a policy.

Three ways to fill a batch for the same small convolutional network on the same cores, in turns:

- 16 environments in 2 processes (`ParallelEnvs`)
- 2 environments in 2 processes (`ParallelEnvs`): one for each core
- 16 environments in 16 processes (Gymnasium's `AsyncVectorEnv` with shared memory)

A frame is one step of one environment with its share of a forward pass; rates are in wall-clock
time, memory is the proportional share (PSS) of the worker processes.

    python -m benchmarks.env_vector --keep
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result_file import keep_result
from vlsim.envs.config import EnvConfig
from vlsim.envs.tabletop import TabletopEnv
from vlsim.seeding import derive, stream

CONFIG = EnvConfig("reach")
ROUNDS = 8
FRAMES = 640
"""Frames of one round."""
WAYS = {"16 in 2": (16, 2), "2 in 2": (2, 2), "16 in 16, Gymnasium": (16, 16)}


def network() -> Callable[[np.ndarray], None]:
    """Return a forward pass of a small convolutional network over a batch of pictures."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    layers = torch.nn.Sequential(
        torch.nn.Conv2d(3, 32, 8, 4),
        torch.nn.ReLU(),
        torch.nn.Conv2d(32, 64, 4, 2),
        torch.nn.ReLU(),
        torch.nn.Conv2d(64, 64, 3),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(1024, 512),
        torch.nn.ReLU(),
        torch.nn.Linear(512, 5),
    )

    @torch.no_grad()
    def forward(images: np.ndarray) -> None:
        layers(torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255)

    return forward


def start(name: str) -> Any:  # noqa: ANN401
    """Start the environments of one way."""
    n_envs, n_workers = WAYS[name]
    if "Gymnasium" in name:
        from gymnasium.vector import AsyncVectorEnv

        make = [partial(TabletopEnv, CONFIG)] * n_envs
        envs: Any = AsyncVectorEnv(make, shared_memory=True, context="spawn")
        envs.reset(seed=[derive(0, "vector", i) for i in range(n_envs)])
        return envs
    # Here, because workers import this file too and have no use for torch, which takes seconds.
    from vlsim.envs.vector import ParallelEnvs

    envs = ParallelEnvs([CONFIG] * n_envs, n_workers)
    envs.seed_episodes([derive(0, "vector", i) for i in range(n_envs)])
    envs.reset()
    return envs


def measure(name: str, envs: Any, forward: Callable[[np.ndarray], None]) -> float:  # noqa: ANN401
    """Return frames per second of one round."""
    n_envs, _ = WAYS[name]
    steps = FRAMES // n_envs
    actions = stream(0, "vector actions").uniform(-1, 1, (steps, n_envs, 6)).astype(np.float32)
    begun = time.perf_counter()
    for batch in actions:
        observations = envs.step(batch)[0]
        forward(observations["image"])
    return steps * n_envs / (time.perf_counter() - begun)


def workers_mb() -> float:
    """Return the proportional share of memory of all child processes, MB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                rollup = (status.parent / "smaps_rollup").read_text()
                total += int(rollup.partition("\nPss:")[2].split()[0])
        except (OSError, IndexError, ValueError):  # it ended meanwhile
            continue
    return total / 1024


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help="2 rounds: a smoke run")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    arguments = parser.parse_args()
    rounds = 2 if arguments.quick else arguments.rounds
    os.environ["OMP_NUM_THREADS"] = "1"
    forward, memory, running = network(), {}, {}
    for name in WAYS:
        before = workers_mb()
        running[name] = start(name)
        memory[name] = workers_mb() - before
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, envs in running.items():
            rates[name].append(measure(name, envs, forward))
    for envs in running.values():
        envs.close()
    found: dict[str, Any] = {"rounds": rounds, "load": os.getloadavg()[0], "ways": {}}
    first = next(iter(WAYS))
    for name, values in rates.items():
        low, middle, high = statistics.quantiles(values, n=4)
        pairs = zip(rates[first], values, strict=True)
        gain = statistics.median(a / b for a, b in pairs)
        found["ways"][name] = {
            "frames per second": {"median": middle, "low": low, "high": high},
            f"{first} is faster by": gain,
            "workers MB": memory[name],
        }
        print(
            f"{name:<20} {middle:6.0f} frames/s [{low:.0f}, {high:.0f}]  "
            f"'{first}' is {gain:.2f} x as fast  workers {memory[name]:5.0f} MB"
        )
    if arguments.keep:
        keep_result("env_vector", found)


if __name__ == "__main__":
    main()

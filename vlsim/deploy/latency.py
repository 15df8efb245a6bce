"""How long a policy takes, from pictures to actions: warm, one row, percentiles."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle, load_bundle
from vlsim.deploy.engine_policy import open_policy
from vlsim.deploy.engines import ENGINES, Computing, Engine
from vlsim.deploy.recording import RecordingEngine
from vlsim.seeding import stream

WARM = 50
"""Calls before the first that counts."""
ROUND = 20
"""Calls of one policy before the next has its turn, so that all meet the same machine."""
FRAME = (480, 640, 3)
"""Picture of a camera, from which the whole loop begins."""
INSTRUCTION = "put the red cube in the blue bowl"


@dataclass(frozen=True, eq=False)
class Latency:
    """Times of one thing, in milliseconds.

    Args:
        name: The policy, with its engine.
        part: "model", the network alone; or "loop", from a camera's picture to an action.
        times_ms: Shape (N,).
    """

    name: str
    part: str
    times_ms: NDArray[np.float64]

    @property
    def percentiles(self) -> dict[str, float]:
        """p50, p95 and p99."""
        values = np.percentile(self.times_ms, (50, 95, 99))
        return {f"p{p}": float(v) for p, v in zip((50, 95, 99), values, strict=True)}


def measure(calls: Mapping[tuple[str, str], Callable[[], object]], n: int) -> list[Latency]:
    """Return the times of calls by (name, part), taking turns.

    Args:
        calls: What is measured.
        n: Calls of each.
    """
    times: dict[tuple[str, str], list[float]] = {key: [] for key in calls}
    for call in calls.values():
        for _ in range(WARM):
            call()
    while any(len(taken) < n for taken in times.values()):
        for key, call in calls.items():
            for _ in range(ROUND):
                begin = time.perf_counter_ns()
                call()
                times[key].append((time.perf_counter_ns() - begin) / 1e6)
    return [Latency(*key, np.array(taken[:n])) for key, taken in times.items()]


def calls_of(
    folder: Path, engines: Sequence[tuple[str, str]], threads: int
) -> dict[tuple[str, str], Callable[[], object]]:
    """Return what is measured of a bundle on (engine, precision) pairs, at batch 1.

    Raises:
        BundleError: If the bundle is damaged, or lacks a graph.
        MissingExtraError: If a package of an engine is missing.
    """
    calls: dict[tuple[str, str], Callable[[], object]] = {}
    bundle = load_bundle(folder)
    for engine, precision in engines:
        opened = ENGINES[engine](bundle, Computing(precision, threads=threads))
        name = f"{engine}:{precision}"
        calls[name, "model"] = _model(bundle, opened)
        calls[name, "loop"] = _loop(bundle, opened)
    return calls


def _model(bundle: Bundle, engine: Engine) -> Callable[[], object]:
    """Return the network alone, on inputs that have been checked."""
    recorder = RecordingEngine(engine)
    _loop(bundle, recorder)()
    row = recorder.rows[-1]
    return lambda: engine.act(row.image[None], row.text, row.proprio[None])


def _loop(bundle: Bundle, engine: Engine) -> Callable[[], object]:
    """Return all that a robot's computer does between a camera's picture and an action."""
    policy = open_policy(bundle.folder.name, engine, bundle)
    policy.reset([0], [INSTRUCTION])
    frame = stream(0, "frame").integers(0, 256, FRAME, np.uint8)
    views, proprio = dict.fromkeys(policy.spec.cameras, frame), [0.0] * policy.n_proprio
    return lambda: policy.act(policy.observe(views, proprio=proprio))

"""What smaller policies cost and still do: size, latency and success beside their teacher's.

    vlsim train demo --dim 160 --name teacher
    vlsim compress runs/teacher --method distill --dim 48 --out student.vlsim
    vlsim export runs/teacher --out exported/teacher.vlsim
    vlsim export student.vlsim --out exported/student.vlsim
    python -m benchmarks.compression exported/teacher.vlsim exported/student.vlsim

The first is the teacher; episodes of all have the same seeds. Keeps
`benchmarks/results/compression.json`. The same command goes on after an interruption.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from benchmarks.result_file import keep_result
from vlsim.deploy.exported import POLICY_GRAPHS, TEXT_GRAPH
from vlsim.deploy.latency import calls_of, measure
from vlsim.deploy.manifest import WEIGHTS, read_manifest
from vlsim.evaluation import Plan, run_benchmark
from vlsim.registry import split_names
from vlsim.scripts import makers
from vlsim.scripts.export import trained_task

ENGINES = (("torch", "fp32"), *(("onnxruntime", precision) for precision in POLICY_GRAPHS))
LEAST_KEPT, MOST_TIME = 0.97, 0.25
"""What the best student keeps of the teacher's success, and takes of its time."""


@dataclass(frozen=True)
class CompressionBenchmark:
    """What is measured."""

    policies: tyro.conf.Positional[tuple[Path, ...]]
    """Exported bundles, the teacher first."""
    sets: str = "seen,combo,paraphrase"
    """Instruction sets, separated by commas."""
    precisions: str = "fp32,int8"
    """Precisions of the graphs whose success is measured, separated by commas."""
    episodes: int = 200
    """Episodes of each policy on each set."""
    calls: int = 1000
    """Calls of each policy on each engine."""
    out: Path = Path("runs/compression")
    """Folder of the episodes."""
    workers: int = 2
    """Worker processes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the result. Returns 1 if no student is small and good enough."""
    config = tyro.cli(CompressionBenchmark, args=argv, description=__doc__)
    load = os.getloadavg()[0]
    times = latencies(config)
    scores = successes(config)
    rows = [
        row_of(folder, engine, precision, times, scores)
        for folder in config.policies
        for engine, precision in ENGINES
    ]
    best = best_student(rows, config.policies[0].stem)
    for row in rows:
        shares = {name: round(score["value"], 3) for name, score in row["success"].items()}
        print(f"{row['policy']} {row['engine']}:{row['precision']}: {row['p50_ms']} ms, {shares}")
    keep_result("compression", {"load_before": round(load, 2), "best": best, "rows": rows})
    print(f"Best: {best}")
    return int(not (best["success"] >= LEAST_KEPT and best["time"] <= MOST_TIME))


def latencies(config: CompressionBenchmark) -> dict[str, Any]:
    """Return the times of every network by "NAME engine:precision", taking turns in one run."""
    calls = {
        (f"{folder.stem} {engine}", part): call
        for folder in config.policies
        for (engine, part), call in calls_of(folder, ENGINES, threads=1).items()
        if part == "model"
    }
    return {entry.name: entry.percentiles for entry in measure(calls, config.calls)}


def successes(config: CompressionBenchmark) -> dict[tuple[str, str], Any]:
    """Return success by (policy, set)."""
    names = [
        f"{folder}@onnxruntime:{precision}"
        for precision in split_names(config.precisions, "precision")
        for folder in config.policies
    ]
    task = trained_task(config.policies[0])
    offered = makers.conditions(names, makers.AUTO, 0)
    make_env = makers.EnvMaker(task, offered)
    results = run_benchmark(
        [makers.entrant(name, offered.control) for name in names],
        make_env,
        Plan(
            task=task,
            control=offered.control,
            robot=offered.robot,
            sets=split_names(config.sets, "instruction set"),
            episodes=config.episodes,
            films=0,
            environment=make_env.description,
        ),
        config.out,
        workers=config.workers,
        show_progress=True,
        renderer=makers.golden_frame(make_env),
    )
    return {(row["policy"], row["set"]): row["success"] for row in results["scores"]}


def row_of(
    folder: Path,
    engine: str,
    precision: str,
    times: dict[str, Any],
    scores: dict[tuple[str, str], Any],
) -> dict[str, Any]:
    """Return what is known of a policy on an engine: torch has the success of the same network."""
    manifest = read_manifest(folder)
    origin = manifest.about.get("compressed_from", {})
    files = [WEIGHTS] if engine == "torch" else [POLICY_GRAPHS[precision], TEXT_GRAPH]
    measured = f"{folder}@onnxruntime:{precision}"
    return {
        "policy": folder.stem,
        "method": origin.get("method", ""),
        "engine": engine,
        "precision": precision,
        "bytes": sum(manifest.files[name].bytes for name in files),
        **{
            f"{p}_ms": round(value, 3)
            for p, value in times[f"{folder.stem} {engine}:{precision}"].items()
        },
        "success": {
            name: score
            for (policy, name), score in scores.items()
            if policy == measured and engine != "torch"
        },
    }


def best_student(rows: Sequence[dict[str, Any]], teacher: str) -> dict[str, Any]:
    """Return which student keeps most among those that are fast enough, or else among all.

    Success is the mean over the sets, as a share of the teacher's; time is that of the teacher on
    the same engine with 32 bits.
    """
    whole = next(r for r in rows if (r["policy"], r["engine"]) == (teacher, "onnxruntime"))
    students = [
        {
            "policy": row["policy"],
            "precision": row["precision"],
            "success": round(_mean(row) / _mean(whole), 3),
            "time": round(row["p50_ms"] / whole["p50_ms"], 3),
        }
        for row in rows
        if row["policy"] != teacher and row["success"]
    ]
    return max(students, key=lambda s: (s["time"] <= MOST_TIME, s["success"]))


def _mean(row: dict[str, Any]) -> float:
    return sum(score["value"] for score in row["success"].values()) / len(row["success"])


if __name__ == "__main__":
    raise SystemExit(main())

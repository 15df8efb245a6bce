"""Policies x instruction sets x episodes, in a folder that can be gone on with and added to."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from vlsim.evaluation.folder import SCHEMA_VERSION, BenchmarkFolder, by_key
from vlsim.evaluation.jobs import (
    JobRunner,
    film_path,
    film_to_json,
    films_to_make,
    is_measured,
    jobs_to_do,
)
from vlsim.evaluation.plan import Entrant, Plan, check_entrants
from vlsim.evaluation.report import render_report
from vlsim.evaluation.rollout import EvaluationError, benchmark_seeds
from vlsim.evaluation.statistics import Table, summarise
from vlsim.files import atomic_write, write_json
from vlsim.interface.environment import EnvFactory
from vlsim.parallel.pool import run_tasks
from vlsim.progress import Progress
from vlsim.runs import provenance

MOST_ERRORS = 3
"""Episodes in a row that end in an error stop the benchmark."""


def run_benchmark(
    entrants: Sequence[Entrant],
    make_env: EnvFactory,
    plan: Plan,
    out: Path | str,
    *,
    workers: int = 0,
    show_progress: bool = False,
    renderer: str | None = None,
    device: str = "cpu",
) -> dict[str, Any]:
    """Measure policies and write `results.json`, `episodes.jsonl`, `report.html` and `videos/`.

    Every finished group of episodes is on the disk at once. The same call goes on where another was
    interrupted, and leaves the same episodes as one that was not. What a folder holds already stays
    in its results: another call adds policies, sets or episodes.

    Args:
        entrants: The policies.
        make_env: Makes the environment of a set; must be picklable if `workers` > 0.
        plan: What is measured.
        out: The folder.
        workers: Processes; 0 runs in this one. The episodes are the same.
        show_progress: Shows a bar on stderr, or lines if that is no terminal.
        renderer: Fingerprint of the renderer.
        device: Torch device that the policies run on.

    Returns:
        What is in `results.json`: all that the folder holds.

    Raises:
        InvalidValueError: If what the folder holds was measured under other conditions.
        EvaluationError: If an episode could not be carried out, or three in a row ended in an error
            of a policy that may have no action (`Fallible`).
    """
    check_entrants(entrants)
    folder = BenchmarkFolder(out)
    seeds = benchmark_seeds(plan.episodes, plan.seed)
    origin = provenance(device=device, renderer=renderer)
    contents = folder.claim(entrants, plan, origin)
    keys = [(e.name, name, seed) for e in entrants for name in plan.sets_of(e) for seed in seeds]
    make_work = partial(JobRunner, tuple(entrants), make_env, plan)

    done = folder.read()
    n_done = sum(is_measured(done.get(key)) for key in keys)
    in_a_row = 0
    with Progress(
        "Benchmark", len(keys), "episodes", initial=n_done, show=show_progress
    ) as progress:
        for episodes in run_tasks(make_work, jobs_to_do(entrants, plan, seeds, done), workers):
            folder.append(episodes)
            done |= by_key(episodes)
            progress.advance(len(episodes))
            for episode in episodes:
                in_a_row = in_a_row + 1 if episode.error else 0
                if in_a_row == MOST_ERRORS:
                    raise EvaluationError(
                        f"{MOST_ERRORS} episodes in a row ended in an error, the last in: "
                        f"{episode.error} What was measured is in {folder.path}; the same command "
                        "goes on from there."
                    )
    folder.sort(contents)

    films = films_to_make(entrants, plan, seeds, done, folder.videos)
    differed = 0
    new = [film for film in films if not film.path.exists()]
    n_done = len(films) - len(new)
    with Progress(
        "Films", len(films), "films", initial=n_done, show=show_progress and bool(films)
    ) as progress:
        for again in run_tasks(make_work, new, workers):
            differed += sum(done[key] != episode for key, episode in by_key(again).items())
            progress.advance()

    table = contents.table(done)
    results = {
        "schema_version": SCHEMA_VERSION,
        **plan.setting,
        "environment": plan.environment,
        "seed": plan.seed,
        "sets": [name for name in contents.sets if any(name == s for _, s in table)],
        **summarise(table, controls=contents.controls, bounds=contents.bounds),
        "films": _films(table, folder),
        "provenance": origin | {"revisions": contents.revisions, "commands": contents.commands},
    }
    if differed:
        results["warnings"].append(
            f"{differed} of {len(new)} filmed episodes ended otherwise than the measured ones: the "
            "policy or the environment is not deterministic."
        )
    write_json(folder.results, results)
    with atomic_write(folder.report) as temporary:
        temporary.write_text(render_report(results, folder.path), encoding="utf-8")
    return results


def _films(table: Table, folder: BenchmarkFolder) -> list[dict[str, Any]]:
    """Return what there is to say of every film in the folder, those of earlier calls too."""
    return [
        film_to_json(path, episode, folder.path, i)
        for (policy, name), episodes in table.items()
        for i, episode in enumerate(episodes)
        if (path := film_path(folder.videos, policy, name, i)).exists()
    ]

"""Checks that what is held out is held out: draws of every set beside draws of training.

No draw of training, in any task, may match the predicate of a held-out set; training is `seen`, or
`full` in the regime of that name. No draw of a held-out set may be one that training could draw, or
share its hash (`vlsim.scenarios.leaks.fingerprint`) with any draw of training. One row draws
training once more on other seeds: the share of its hashes that were drawn before shows that the
hash is coarse enough to find a leak.

This is a check and no proof. The predicates are the very ones that the sets draw by, so it finds a
draw that goes around them, and not one that they let pass by mistake. Only what training consists
of (`vlsim.scenarios.leaks.is_trained`) and the hash are written apart from the sets.

    python -m benchmarks.leaks                    # 100,000 draws, some minutes on two cores
    python -m benchmarks.leaks --regime full      # the same for training that says everything
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from benchmarks.result_file import keep_result
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.instruction_sets import REGIMES
from vlsim.parallel.pool import run_tasks
from vlsim.parallel.worker import Stateless
from vlsim.progress import Progress
from vlsim.scenarios.leaks import belongs, fingerprint, held_out_sets, is_trained
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scenarios.sets import chosen_set
from vlsim.seeding import derive

TRAINING, AGAIN = "training", "training, other seeds"
PART = 250
"""Draws of one job."""


@dataclass(frozen=True)
class Job:
    """Some draws of one set in one task."""

    row: str
    task: str
    first: int
    count: int
    regime: str

    @property
    def set_name(self) -> str:
        """The instruction set that is drawn."""
        return REGIMES[self.regime] if self.row in (TRAINING, AGAIN) else self.row


@dataclass
class Found:
    """What draws of one row were."""

    draws: int = 0
    hashes: set[str] = field(default_factory=set)
    trained: int = 0
    """Draws that training could have made."""
    matched: Counter[str] = field(default_factory=Counter)
    """Draws that the predicate of each held-out set matched."""


def draw(job: Job) -> tuple[str, Found]:
    """Draw, hash, and ask the sets of the other side."""
    found = Found()
    others = held_out_sets(job.regime)
    for i in range(job.first, job.first + job.count):
        seed = derive(0, "leaks", job.row, job.task, i)
        scenario = draw_scenario(TASKS[job.task].scenario, job.set_name, seed)
        found.draws += 1
        found.hashes.add(fingerprint(scenario))
        found.trained += is_trained(scenario, job.regime)
        found.matched.update(name for name in others if belongs(scenario, name))
    return job.row, found


def offers(task: str, set_name: str) -> bool:
    """Whether a set has goals in a task."""
    config = TASKS[task].scenario
    try:
        draw_scenario(config, chosen_set(set_name, task, config), seed=0)
    except InvalidValueError:
        return False
    return True


def jobs(draws: int, regime: str) -> Iterator[Job]:
    """Share the draws out: a half for training, a tenth for its repetition, the rest for all."""
    rows = {TRAINING: draws // 2, AGAIN: draws // 10}
    names = held_out_sets(regime)
    rows |= dict.fromkeys(names, (draws - sum(rows.values())) // len(names))
    for row, count in rows.items():
        tasks = [task for task in TASKS if row in (TRAINING, AGAIN) or offers(task, row)]
        for t, task in enumerate(tasks):
            mine = count // len(tasks) + (t < count % len(tasks))
            for first in range(0, mine, PART):
                yield Job(row, task, first, min(PART, mine - first), regime)


def main() -> int:
    """Print the table. Returns 1 if something leaks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="write the result")
    parser.add_argument("--regime", choices=list(REGIMES), default="plain")
    options = parser.parse_args()
    todo, rows = list(jobs(options.draws, options.regime)), dict[str, Found]()
    with Progress("Drawn", sum(job.count for job in todo), "scenarios") as progress:
        work = partial(Stateless, draw)
        for name, found in run_tasks(work, todo, options.workers, in_order=True):
            row = rows.setdefault(name, Found())
            row.draws += found.draws
            row.hashes |= found.hashes
            row.trained += found.trained
            row.matched += found.matched
            progress.advance(found.draws)

    training, mistakes = rows[TRAINING], 0
    table: dict[str, dict[str, int]] = {}
    print(f"{'set':<24}{'draws':>8}{'distinct':>10}{'its own':>10}{'trained':>10}", end="")
    print(f"{'matches in it':>17}{'hashes of it':>16}")
    for name, found in rows.items():
        is_training, shared = name in (TRAINING, AGAIN), len(found.hashes & training.hashes)
        own = found.trained if is_training else found.matched[name]
        matches = sum(found.matched.values()) if is_training else training.matched[name]
        table[name] = {
            "draws": found.draws,
            "distinct": len(found.hashes),
            "its own": own,
            "trained": found.trained,
            "matches in training": matches,
            "hashes of training": shared,
        }
        mistakes += found.draws - own + matches
        mistakes += 0 if is_training else found.trained + shared
        print(f"{name:<24}{found.draws:>8}{len(found.hashes):>10}{own:>10}", end="")
        print(f"{found.trained:>10}{matches:>17}{shared:>16}")
    print(f"{sum(row.draws for row in rows.values())} draws: ", end="")
    print("nothing leaks" if mistakes == 0 else f"{mistakes} LEAKS")
    if options.keep:
        name = "leaks" if options.regime == "plain" else f"leaks_{options.regime}"
        keep_result(name, {"leaks": mistakes, "sets": table})
    return int(mistakes > 0)


if __name__ == "__main__":
    sys.exit(main())

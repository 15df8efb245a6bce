"""Success of the scripted expert and of random actions, wherever they can act.

    python -m benchmarks.expert --out runs/expert --workers 2

Writes `docs/expert.md`: one row for each task, robot and control mode that go together, success
with 95 % Wilson intervals, on the seeds of `vlsim benchmark --seed 0`. Stop it with Ctrl-C: the
same command goes on. More episodes, tasks or sets add to what is there, and the table shows all of
it.

`parts.jsonl` in the folder has one line for every 50 episodes of a row. A line says which code it
was measured with. Lines of other code count only if the first 50 episodes of their row come out the
same with today's, bit for bit; so after a change most of the work is kept, and what is stale is
noticed and measured again.
"""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from importlib.resources import files
from itertools import product
from pathlib import Path
from time import process_time
from typing import Any, TypeAlias

import tyro

from vlsim.envs import make_env
from vlsim.envs.ability import abilities
from vlsim.envs.control import CONTROLS
from vlsim.envs.tasks import TASKS
from vlsim.errors import VlsimError
from vlsim.evaluation.rollout import Setting, benchmark_seeds, in_groups, run_group
from vlsim.files import append_json_lines, atomic_write, read_json_lines
from vlsim.instruction_sets import SETS
from vlsim.interface.environment import Environment
from vlsim.metrics.intervals import wilson
from vlsim.parallel.pool import run_tasks
from vlsim.progress import Progress
from vlsim.records import Episode
from vlsim.robots.catalogue import ROBOTS
from vlsim.scripts import checks, makers

POLICIES = ("expert", "random")
PART = 50
"""Episodes of one line of `parts.jsonl`."""
GROUP = 10
"""Episodes side by side in one process."""
IMAGE_SIZE = 32
"""Neither policy looks at the picture, so it is as small as it can be."""
LEAST_EXPERT, MOST_CHANCE = 0.98, 0.10
"""What every row has to reach."""
SETS_OF = {"sequence": ("chain-5",)}
"""Sets that are measured beside `seen` if none is asked for."""
LEAST_EXPERT_IN = {"chain-5": 0.95}
"""What the expert has to reach where there is more to go wrong."""
PACKAGES = ("numpy", "pybullet")
"""Packages that decide what comes out."""

Line: TypeAlias = dict[str, Any]
"""A line of `parts.jsonl`."""
Row: TypeAlias = tuple[str, str, str, str]
"""Task, robot, control and set."""


@dataclass(frozen=True)
class ExpertConfig:
    """What is measured."""

    episodes: int = 500
    """Episodes of the expert in each row."""
    chance_episodes: int = 200
    """Episodes of the random policy: they are long, and what has to be shown of them is less."""
    tasks: str = ",".join(TASKS)
    """Which tasks, with commas."""
    robots: str = ",".join(ROBOTS)
    """Which robots, with commas."""
    controls: str = ",".join(CONTROLS)
    """Which control modes, with commas."""
    sets: str = ""
    """Instruction sets, with commas; if none is given seen, and chain-5 of chains."""
    out: Path = Path("runs/expert")
    """Folder of `parts.jsonl`."""
    table: Path = Path("docs/expert.md")
    """Where the table is written."""
    workers: int = field(default_factory=checks.usable_cores)
    """Processes; 0: do everything in this one. The results do not depend on it."""


@dataclass(frozen=True)
class Cell:
    """One policy in one row of the table."""

    task: str
    robot: str
    control: str
    set: str
    policy: str


@dataclass(frozen=True)
class Job:
    """A part of a cell's episodes: the number of the part, and how many they are."""

    cell: Cell
    part: int
    episodes: int


class JobRunner:
    """Carries out jobs; keeps the environments of the last row."""

    def __init__(self) -> None:
        """Make nothing before it is needed."""
        self._row: tuple[str, ...] = ()
        self._envs: list[Environment] = []
        self._code = code()

    def __call__(self, job: Job) -> Line:
        """Carry out one job. Returns a line of `parts.jsonl`."""
        cell, begun = job.cell, process_time()
        row = cell.task, cell.robot, cell.control, cell.set
        if self._row != row:
            self.close()
            self._row = row
            self._envs = [
                make_env(
                    cell.task,
                    cell.control,
                    robot=cell.robot,
                    instruction_set=cell.set,
                    image_size=IMAGE_SIZE,
                )
                for _ in range(GROUP)
            ]
        policy = makers.PolicyMaker(cell.policy, cell.control)()
        setting = Setting(cell.policy, cell.task, cell.control, cell.set)
        first = job.part * PART
        groups = in_groups(benchmark_seeds(first + job.episodes)[first:], GROUP)
        found = [e for seeds in groups for e in run_group(policy, self._envs, seeds, setting)]
        return {
            **asdict(cell),
            "part": job.part,
            "episodes": len(found),
            "successes": sum(e.success_once for e in found),
            "failed": [e.seed for e in found if not e.success_once][:GROUP],
            "steps": sum(e.steps for e in found),
            "longest_success": max((e.steps for e in found if e.success_once), default=0),
            "acted": sum(e.attempted is not None for e in found),
            "right": sum(e.attempted == e.referent for e in found),
            "digest": digest(found),
            "code": self._code,
            "seconds": round(process_time() - begun, 1),
        }

    def close(self) -> None:
        """Close the environments."""
        while self._envs:
            self._envs.pop().close()


def digest(episodes: Sequence[Episode]) -> str:
    """Return a hash of all that happened."""
    return hashlib.sha256(repr([e.to_json() for e in episodes]).encode()).hexdigest()[:16]


def code() -> str:
    """Return a hash of what the episodes come from: simulation, policies, and two packages."""
    found = hashlib.sha256(makers.simulation_code().encode())
    agents = Path(str(files("vlsim"))) / "agents"
    for path in sorted(agents.rglob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    for name in PACKAGES:
        found.update(f"{name} {version(name)}".encode())
    return found.hexdigest()[:12]


class Parts:
    """The lines of `parts.jsonl`: which parts are measured, and which of those still count."""

    def __init__(self, path: Path) -> None:
        """Read what is there; a line that was cut off by a kill does not count."""
        self.path = path
        self.code = code()
        self._lines: dict[Job, dict[str, Line]] = {}
        for _, line in read_json_lines(path, drop_torn=True) if path.exists() else ():
            self._keep(line)

    def add(self, line: Line) -> None:
        """Write a line; it is on the disk when this returns."""
        append_json_lines(self.path, [line])
        self._keep(line)

    def find(self, job: Job) -> Line | None:
        """Return the line of a part, None if it has to be measured (again)."""
        lines = self._lines.get(job, {})
        if self.code in lines or job.part == 0:
            return lines.get(self.code)
        first = self._lines.get(Job(job.cell, 0, PART), {})
        today = first.get(self.code, {}).get("digest")
        newest_first = reversed(lines)
        same = (c for c in newest_first if today and first.get(c, {}).get("digest") == today)
        return next((lines[c] for c in same), None)

    def rows(self) -> dict[Row, dict[str, list[Line]]]:
        """Return the lines that count, for every row in which both policies have some."""
        counted: dict[Cell, dict[int, Line]] = {}
        # Of two runs of a part, one shorter than the other, the longer one.
        for job in sorted(self._lines, key=lambda job: job.episodes):
            line = self.find(job)
            if line is not None and is_possible(job.cell):
                counted.setdefault(job.cell, {})[job.part] = line
        found: dict[Row, dict[str, list[Line]]] = {}
        for cell in sorted(counted, key=order):
            row = cell.task, cell.robot, cell.control, cell.set
            found.setdefault(row, {})[cell.policy] = list(counted[cell].values())
        return {row: both for row, both in found.items() if len(both) == len(POLICIES)}

    def _keep(self, line: Line) -> None:
        cell = Cell(*(line[name] for name in Cell.__dataclass_fields__))
        job = Job(cell, line["part"], line["episodes"])
        self._lines.setdefault(job, {})[line["code"]] = line


def main(argv: Sequence[str] | None = None) -> None:
    """Measure what is missing and write the table."""
    config = tyro.cli(ExpertConfig, args=argv, description=__doc__)
    try:
        cells = list(chosen_cells(config))
        parts = Parts(config.out / "parts.jsonl")
        n = {"expert": config.episodes, "random": config.chance_episodes}
        jobs = {cell: jobs_of(cell, n[cell.policy]) for cell in cells}
        total = sum(job.episodes for row in jobs.values() for job in row)
        with Progress("Measured", total, "episodes") as progress:
            # First of all the first parts, for they decide which others still count.
            for chosen in (slice(0, 1), slice(1, None)):
                wanted = [job for row in jobs.values() for job in row[chosen]]
                missing = [job for job in wanted if parts.find(job) is None]
                progress.advance(sum(j.episodes for j in wanted) - sum(j.episodes for j in missing))
                for line in run_tasks(JobRunner, missing, config.workers) if missing else ():
                    parts.add(line)
                    progress.advance(line["episodes"])
    except VlsimError as error:
        sys.exit(f"expert.py: {error}")
    except KeyboardInterrupt:
        sys.exit(f"Stopped. The same command goes on from what is in {config.out}.")
    with atomic_write(config.table) as temporary:
        temporary.write_text(page(parts.rows(), parts.code), encoding="utf-8")
    print(f"Table: {config.table}")


def chosen_cells(config: ExpertConfig) -> Iterator[Cell]:
    """Yield every policy in every row that was asked for."""
    robots, controls = config.robots.split(","), config.controls.split(",")
    for names, known in ((robots, ROBOTS), (controls, CONTROLS)):
        for name in names:
            known[name]  # an unknown name is refused
    for task in config.tasks.split(","):
        sets = config.sets.split(",") if config.sets else ["seen", *SETS_OF.get(task, ())]
        for (robot, control), name, policy in product(abilities(TASKS[task]), sets, POLICIES):
            if robot in robots and control in controls:
                yield Cell(task, robot, control, SETS[name].name, policy)


def jobs_of(cell: Cell, episodes: int) -> list[Job]:
    """Share a cell's episodes out; the last part may be smaller."""
    return [
        Job(cell, number, min(PART, episodes - number * PART))
        for number in range(-(-episodes // PART))
    ]


def is_possible(cell: Cell) -> bool:
    """Whether there still is such a row."""
    able = abilities(TASKS[cell.task]) if cell.task in TASKS else ()
    return (cell.robot, cell.control) in able and cell.set in SETS


def order(cell: Cell) -> tuple[int, ...]:
    """Return what sorts cells as their registries are sorted."""
    registries = (TASKS, ROBOTS, CONTROLS, SETS, POLICIES)
    names = (cell.task, cell.robot, cell.control, cell.set, cell.policy)
    return tuple(list(r).index(name) for r, name in zip(registries, names, strict=True))


def page(rows: dict[Row, dict[str, list[Line]]], now: str) -> str:
    """Return the table with what it means, as Markdown."""
    missed = sum(bool(misses(row, found)) for row, found in rows.items())
    lines = [line for found in rows.values() for both in found.values() for line in both]
    old = sum(line["code"] != now for line in lines)
    hours = sum(line["seconds"] for line in lines) / 3600
    table = "\n".join(table_row(row, found) for row, found in rows.items())
    harder = ", ".join(f"{least:.2f} in {name}" for name, least in LEAST_EXPERT_IN.items())
    return f"""# Expert and random actions

The scripted expert reads the true state of the scene and shows what is achievable; uniform random
actions show chance level. Success rates with 95 % Wilson intervals, by
`python -m benchmarks.expert`. Targets: expert at least {LEAST_EXPERT:.2f} ({harder}),
random at most {MOST_CHANCE:.2f}; {missed} of {len(rows)} rows miss one, marked by a star.

"Right object": of the episodes in which the expert acted on an object, the share in which it was
the named one. "Steps": the length of its longest successful episode.

| task | robot | control | n | expert | right object | steps | n | random |
|---|---|---|---|---|---|---|---|---|
{table}

Measured in {hours:.1f} hours on one core, with code `{now}`. {old} of {len(lines)} parts of up to
{PART} episodes were measured with earlier code. They are kept because the first {PART} episodes
of their rows are identical with both, bit for bit.
"""


def table_row(row: Row, found: dict[str, list[Line]]) -> str:
    """Return one row of Markdown."""
    task, robot, control, instruction_set = row
    expert, chance = found["expert"], found["random"]
    acted, right = total(expert, "acted"), total(expert, "right")
    star = {policy: " \\*" * (policy in misses(row, found)) for policy in POLICIES}
    cells = [
        task if instruction_set == "seen" else f"{task}, {instruction_set}",
        robot,
        control,
        str(total(expert, "episodes")),
        share(expert) + star["expert"],
        f"{right / acted:.3f}" if acted else "-",
        str(max(line["longest_success"] for line in expert)),
        str(total(chance, "episodes")),
        share(chance) + star["random"],
    ]
    return f"| {' | '.join(cells)} |"


def misses(row: Row, found: dict[str, list[Line]]) -> list[str]:
    """Return which of the two policies misses its goal."""
    rate = {p: total(lines, "successes") / total(lines, "episodes") for p, lines in found.items()}
    least = LEAST_EXPERT_IN.get(row[3], LEAST_EXPERT)
    wrong = {"expert": rate["expert"] < least, "random": rate["random"] > MOST_CHANCE}
    return [policy for policy in POLICIES if wrong[policy]]


def share(lines: list[Line]) -> str:
    """Return the success rate with its interval."""
    found = wilson(total(lines, "successes"), total(lines, "episodes"))
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def total(lines: list[Line], name: str) -> int:
    """Return the sum of one number over the parts of a cell."""
    return sum(int(line[name]) for line in lines)


if __name__ == "__main__":
    main()

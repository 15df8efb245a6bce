"""Make envs/tasks/offered_sets.json anew: tries every instruction set with every task."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from vlsim.envs.offered_sets import has_goal
from vlsim.envs.tasks import TASKS
from vlsim.files import atomic_write
from vlsim.instruction_sets import SETS
from vlsim.progress import Progress

OUT = Path(__file__).resolve().parents[2] / "envs" / "tasks" / "offered_sets.json"


@dataclass(frozen=True)
class OfferedConfig:
    """Where to write."""

    out: Path = OUT
    """The file."""


def main(argv: Sequence[str] | None = None) -> None:
    """Try every set with every task and write what was found."""
    config = tyro.cli(OfferedConfig, args=argv, description=__doc__)
    lines = []
    with Progress("Sets", len(TASKS) * len(SETS), "pairs") as progress:
        for task in TASKS:
            offered = []
            for name in SETS:
                if has_goal(task, name):
                    offered.append(name)
                progress.advance(notes={"task": task})
            lines.append(f' "{task}": {json.dumps(offered)}')
    with atomic_write(config.out) as temporary:
        temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Check a file of your own instructions: which are not understood, which fit no task.

Each line is a JSON object with "text" and optionally "task", "goal", "source" and "licence"
(docs/sentences.md). The exit code is 2 if a line has a problem.

Examples:
  vlsim lint my.jsonl
"""

import json as json_format
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from vlsim.errors import InstructionError, InvalidValueError, VlsimError
from vlsim.files import numbered_lines, parse_record
from vlsim.scripts.options import read_options

if TYPE_CHECKING:
    from vlsim.goals import Goal


@dataclass(frozen=True)
class LintConfig:
    """What to check."""

    file: tyro.conf.Positional[Path]
    """JSON Lines file to check."""
    json: bool = False
    """Print JSON instead of text."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with a line."""

    where: str
    kind: str
    """"malformed", "twice", "contradiction" or "no task"."""
    message: str


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim lint`."""
    config = read_options(LintConfig, argv, "vlsim lint", __doc__)
    lint(config)


def lint(config: LintConfig) -> None:
    """Print what is wrong with each line and how many sentences each task has.

    Raises:
        InvalidValueError: If something is wrong.
    """
    lines = list(numbered_lines(config.file))
    tasks: Counter[str] = Counter()
    findings = list(_findings(lines, tasks))
    wrong = len({finding.where for finding in findings})
    if config.json:
        data = {
            "file": str(config.file),
            "sentences": len(lines),
            "tasks": dict(tasks),
            "findings": [asdict(finding) for finding in findings],
        }
        print(json_format.dumps(data, indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            print(finding.message)
        used = ", ".join(f"{task}: {number}" for task, number in tasks.items())
        fine = f"{len(lines)} sentences: {len(lines) - wrong} fine, {wrong} with a problem"
        print(f"{fine}. Usable in {used or 'no task'}.")
    if not lines:
        raise InvalidValueError(f"{config.file} holds no sentence; write one a line.")
    if findings:
        what = f"{wrong} of {len(lines)} sentences"
        raise InvalidValueError(f"{config.file} has {what} to mend; `vlsim lint` lists them.")


def _findings(lines: Sequence[tuple[str, bytes]], tasks: Counter[str]) -> Iterator[Finding]:
    """Yield what is wrong, line by line, and count the sentences of each task in `tasks`."""
    from vlsim.instruction_sets.written import read_line
    from vlsim.scripts.instruction_files import check_task_name, tasks_of

    first: dict[tuple[str, str], str] = {}
    for where, text in lines:
        try:
            line = read_line(where, parse_record(where, text))
            check_task_name(line)
        except VlsimError as error:
            yield Finding(where, "malformed", str(error))
            continue
        same = (" ".join(line.text.lower().split()), line.task)
        if same in first:
            yield Finding(where, "twice", f"{where}: 'text' stands in {first[same]} already.")
            continue
        first[same] = where
        said = _said(line.text)
        if said is not None and said != line.goal:
            message = f"{where}: 'goal' is not what 'text' says, which is {said.to_json()}."
            yield Finding(where, "contradiction", message)
        fitting, reason = tasks_of(line)
        if not fitting:
            yield Finding(where, "no task", reason)
        tasks.update(fitting)


def _said(text: str) -> "Goal | None":
    """Return what a text says; None if it is in another language, or has two meanings."""
    from vlsim.free_text.understand import parse

    try:
        return parse(text)
    except InstructionError:
        return None

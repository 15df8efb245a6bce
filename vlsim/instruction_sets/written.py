"""Sets of sentences that people wrote, each on a line of a JSON Lines file, with its goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.files import read_json_lines
from vlsim.free_text.understand import parse
from vlsim.goals import Goal
from vlsim.instruction_sets.base import InstructionSet
from vlsim.reader import read_as
from vlsim.world.things import ObjectSpec

SUFFIX = ".jsonl"
"""A set with this at the end of its name is a file."""


@dataclass(frozen=True)
class Record:
    """A line of such a file, as JSON has it."""

    text: str
    task: str = ""
    goal: Goal | None = None
    source: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Line:
    """A sentence and what it asks for. `task` is "" where any task may use it."""

    text: str
    goal: Goal
    task: str
    where: str
    """Where it stands, such as "my.jsonl line 3"."""


@dataclass(frozen=True)
class Written(InstructionSet):
    """The sentences of a file, in scenes that hold what they name.

    Args:
        path: The file.
        task: The task whose lines are used, besides those of no task; "" is every task.
        stamp: When the file was changed last: an edited file is another set.
        admits_all: Whether what training never shows may be in the scene, as who names it wants.
    """

    path: str = ""
    task: str = ""
    stamp: int = 0
    admits_all: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the file.

        Raises:
            InvalidValueError: If one is malformed, or has words that cannot be understood and no
                goal; names the file, the line and the field.
        """
        return read_lines(self.path, self.stamp)

    def of_task(self, task: str) -> "Written":
        """Return the set with the lines of one task and of none."""
        return replace(self, task=task)

    def is_for(self, line: Line, goal_names: Sequence[str]) -> bool:
        """Whether a line is for this task, and asks for one of its goals."""
        ours = not self.task or line.task in ("", self.task)
        return ours and all(atom.name in goal_names for atom in line.goal.atoms)

    def admits(self, spec: ObjectSpec) -> bool:
        """Admit what training shows, or every object."""
        return self.admits_all or super().admits(spec)


def read_set(name: str) -> Written:
    """Return the instruction set in the file of that name.

    Raises:
        InvalidValueError: If there is no such file, or a line of it is no instruction.
    """
    path = Path(name)
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    words = f"Sentences of {path.name}."
    written = Written(path.name, words, path=name, stamp=stamp, admits_all=True)
    if not written.lines:
        raise InvalidValueError(f"{name} holds no sentence.")
    return written


@lru_cache(maxsize=16)
def read_lines(path: str, stamp: int = 0) -> tuple[Line, ...]:
    """Read a file of sentences; see `Written.lines`. A new stamp reads it again."""
    return tuple(read_line(where, record) for where, record in read_json_lines(path))


def read_line(where: str, data: Mapping[str, Any]) -> Line:
    """Return the line that stands at a place; its goal is the given one, or what it says.

    Raises:
        UnknownNameError: If there is no such goal.
        InvalidValueError: If a field is unknown or malformed. Both name the place and the field.
    """
    record = read_as(Record, data, where)
    text = " ".join(record.text.split())
    if not text:
        raise InvalidValueError(f"{where}: 'text' is empty; write a sentence.")
    try:
        goal = record.goal or parse(text)
    except InstructionError as error:
        raise InvalidValueError(f"{where}: 'text': {error}") from error
    return Line(text, goal, record.task, where)

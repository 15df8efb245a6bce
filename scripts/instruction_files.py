"""Files of people's own sentences on a command line: checked before anything is run."""

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.registry import split_names

if TYPE_CHECKING:
    from vlsim.instruction_sets.written import Line, Written

NOUN = "instruction set"
ALL = "all"
"""Every set that has something for the task."""
Files = tuple[tuple[str, str], ...]
"""(name of the set, path of its file) of every set that comes from a file."""


def find_sets(words: str, task: str) -> tuple[tuple[str, ...], Files]:
    """Split "seen,my.jsonl" into the names of the sets and the files among them.

    "all" is every set that has something for the task. A file is called by its name, without its
    folder. How many of its sentences are used is said on stderr.

    Raises:
        UnknownNameError: If a set does not exist.
        InvalidValueError: If no set is named, or one twice, or one has nothing for the task; if a
            line of a file is no instruction, names a task that does not exist or does not fit, or
            fits no scene; or if two files have the same name.
    """
    from vlsim.envs.offered_sets import check_offered, offered_sets
    from vlsim.instruction_sets import Written, find_set
    from vlsim.instruction_sets.written import SUFFIX

    files: dict[str, str] = {}
    names: list[str] = []
    every = ",".join(offered_sets(task))
    asked = (every if word == ALL else word for word in split_names(words, NOUN))
    for given in split_names(",".join(asked), NOUN):
        chosen = find_set(given)
        if isinstance(chosen, Written) and given.endswith(SUFFIX):
            if chosen.name in files:
                raise InvalidValueError(
                    f"{files[chosen.name]} and {given} have the same name; rename one."
                )
            files[chosen.name] = given
            print(f"{given}: {_checked(chosen, task)}", file=sys.stderr)
        elif chosen.name in names:
            raise InvalidValueError(f"The {NOUN} '{chosen.name}' comes twice in '{words}'.")
        else:
            check_offered(task, chosen.name)
        names.append(chosen.name)
    if not names:
        raise InvalidValueError(
            f"No {NOUN} is named, got '{words}'; `vlsim list sets` shows them all."
        )
    return tuple(names), tuple(files.items())


def fingerprints(files: Files) -> Files:
    """Return (name, hash of the content) of every file."""
    return tuple(
        (name, hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]) for name, path in files
    )


def check_task_name(line: "Line") -> None:
    """Refuse a line that names a task that does not exist."""
    from vlsim.envs.tasks import TASKS

    if line.task and line.task not in TASKS:
        raise InvalidValueError(
            f"{line.where}: 'task': {UnknownNameError('task', line.task, TASKS)}"
        )


def tasks_of(line: "Line") -> tuple[list[str], str]:
    """Return the tasks that have a scene for a line, and why the others have none."""
    from vlsim.envs.tasks import TASKS
    from vlsim.scenarios.written import check_length, misfit, scene_for

    fitting: list[str] = []
    reason = ""
    for name in [line.task] if line.task else TASKS:
        config = TASKS[name].scenario
        if (no := misfit(config, line.goal)) is None:
            try:
                check_length(config, line)
                scene_for(config, line, seed=0)
                fitting.append(name)
            except InvalidValueError as error:
                reason = str(error)
        # Of the tasks, the one with this goal knows best what is in the way.
        elif line.goal.atoms[0].name in config.goals or line.task:
            reason = reason or f"{line.where}: 'text' does not fit the task '{name}': {no}."
    return fitting, reason or f"{line.where}: no task has the goal '{line.goal.name}'."


def _checked(chosen: "Written", task: str) -> str:
    """Return how many sentences of a file are used, after drawing a scene for each."""
    from vlsim.envs.tasks import TASKS
    from vlsim.scenarios.written import fitting_lines, scene_for

    for line in chosen.lines:
        check_task_name(line)
    config = TASKS[task].scenario
    lines = fitting_lines(config, chosen.of_task(task))
    for line in lines:
        scene_for(config, line, seed=0)
    skipped = len(chosen.lines) - len(lines)
    other = f"; {skipped} of other tasks are skipped" if skipped else ""
    return f"{len(lines)} sentences for {task}{other}."

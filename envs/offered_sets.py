"""Which instruction sets have something for which task: the others have no goal in its scenes."""

import json
from functools import lru_cache
from importlib.resources import files

from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError, PlacementError
from vlsim.instruction_sets import SETS, find_set
from vlsim.instruction_sets.pairs import PLUS
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scenarios.sets import chosen_set

FILE = "tasks/offered_sets.json"
"""Made by tools/docs/offered_sets.py, since trying takes minutes."""


@lru_cache
def offered_sets(task: str) -> tuple[str, ...]:
    """Return the names of the sets that have something for a task.

    Tasks and sets of plug-ins are tried out.

    Raises:
        UnknownNameError: If there is no such task.
    """
    _ = TASKS[task]
    recorded: dict[str, list[str]] = json.loads(
        files("vlsim.envs").joinpath(FILE).read_text(encoding="utf-8")
    )
    known = {name for names in recorded.values() for name in names}
    return tuple(
        name
        for name in SETS
        if (name in recorded[task] if task in recorded and name in known else has_goal(task, name))
    )


def has_goal(task: str, set_name: str) -> bool:
    """Whether a set finds a goal in the scenes of a task; to say no takes it up to a minute."""
    config = TASKS[task].scenario
    try:
        draw_scenario(config, chosen_set(set_name, task, config), seed=0)
    except (InvalidValueError, PlacementError):
        return False
    return True


def check_offered(task: str, set_name: str) -> None:
    """Refuse a set, or a pair of sets, that has nothing for a task.

    Raises:
        InvalidValueError: If it has nothing.
    """
    # Of a pair, the second only words or shows the scenes of the first otherwise.
    base = find_set(set_name).name.partition(PLUS)[0]
    if base not in offered_sets(task):
        raise InvalidValueError(
            f"The set '{base}' has nothing for the task '{task}'; `vlsim list sets --task {task}` "
            "shows the sets that do, and --sets all measures all of them."
        )

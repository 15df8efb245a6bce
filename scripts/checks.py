"""What the words of a command line name, checked before anything is begun."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vlsim import envs
from vlsim.errors import UnknownNameError
from vlsim.interface.action import CONTROL_NAMES
from vlsim.registry import split_names

if TYPE_CHECKING:
    from vlsim.instruction_sets.role import Role

MOST_WORKERS = 8
"""More are only started when asked for."""


def check_task(task: str) -> None:
    """Refuse a task that does not exist, with the nearest name."""
    if task not in envs.ENV_IDS:
        raise UnknownNameError("task", task, envs.ENV_IDS)


def check_ability(task: str, control: str, robot: str) -> None:
    """Refuse what no environment can be made of, before anything is begun.

    Raises:
        UnknownNameError: If one of the names does not exist.
        InvalidValueError: If this robot cannot do this task by this control mode.
    """
    from vlsim.envs import ability
    from vlsim.envs.tasks import TASKS
    from vlsim.robots.catalogue import ROBOTS

    if control not in CONTROL_NAMES:
        raise UnknownNameError("control mode", control, CONTROL_NAMES)
    ability.check_ability(TASKS[task], control, ROBOTS[robot])


def check_randomization(words: str) -> str:
    """Return `words` if they name terms of the randomisation, else say what is wrong with them."""
    from vlsim.scene.randomization import choose_terms

    choose_terms(words)
    return words


def split_sets(words: str) -> tuple[str, ...]:
    """Split "seen,combo" and refuse sets that do not exist, and pairs that do not go together.

    >>> split_sets("seen, combo, background+combo")
    ('seen', 'combo', 'combo+background')
    """
    from vlsim.instruction_sets import find_set

    return tuple(find_set(name).name for name in split_names(words, "instruction set"))


def split_cameras(words: str) -> tuple[str, ...]:
    """Split "front,wrist" and refuse cameras that have no name.

    >>> split_cameras("wrist, viewer")
    ('wrist', 'viewer')
    """
    from vlsim.interface.cameras import CAMERAS

    names = split_names(words, "camera")
    for name in names:
        _ = CAMERAS[name]
    return names


def control_sets(asked: Sequence[str]) -> "dict[str, Role]":
    """Return the roles of the sets that are controls, and of the pairs asked for that are."""
    from vlsim.instruction_sets import SETS, find_set

    sets = [find_set(name) for name in dict.fromkeys((*SETS, *asked))]
    return {chosen.name: chosen.role for chosen in sets if chosen.is_control}


def usable_cores() -> int:
    """Return how many processes to use if nothing is asked for: one for each core we may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)

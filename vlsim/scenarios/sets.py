"""The instruction set of a task, refused where the two do not go together."""

from vlsim.errors import InvalidValueError
from vlsim.instruction_sets import Written, find_set
from vlsim.instruction_sets.base import InstructionSet
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.written import fitting_lines

FEW_WORDS = 5
"""Hardly a step of a chain takes fewer words, with those that join it to the one before."""


def chosen_set(name: str, task: str, config: ScenarioConfig) -> InstructionSet:
    """Return the set, or the file of sentences, of that name, as far as it is for this task.

    Raises:
        UnknownNameError: If there is none.
        InvalidValueError: If it is no name, a line of the file is no instruction, or none is for
            this task.
    """
    if not isinstance(name, str):
        raise InvalidValueError(
            "instruction_set must be the name of one set, such as 'seen', or the path of a .jsonl "
            f"file, got {name!r:.80}. `vlsim list sets` shows the names."
        )
    instruction_set = find_set(name)
    if isinstance(instruction_set, Written):
        instruction_set = instruction_set.of_task(task)
        fitting_lines(config, instruction_set)
    else:
        _check_forms(config, instruction_set)
    return instruction_set


def _check_forms(config: ScenarioConfig, instruction_set: InstructionSet) -> None:
    """Refuse a set that wants forms which the task does not draw, or has no room for.

    Raises:
        InvalidValueError: Says which.
    """
    for form in instruction_set.forms or ():
        if form not in config.forms:
            raise InvalidValueError(
                f"The set '{instruction_set.name}' draws the form '{form}', which this task does "
                "not have; use it with the task 'sequence' or 'tabletop'."
            )
    fewest = FEW_WORDS * (instruction_set.steps[0] if instruction_set.steps else 1)
    if fewest > config.n_words:
        raise InvalidValueError(
            f"Sentences of the set '{instruction_set.name}' have at least {fewest} words, but this "
            f"task allows {config.n_words}; use it with the task 'sequence'."
        )

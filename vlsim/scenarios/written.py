"""Scenes for the sentences that people wrote, and sentences for a scene."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from vlsim.errors import InstructionError, InvalidValueError
from vlsim.goals import Atom, Goal
from vlsim.instruction_sets import Written
from vlsim.instruction_sets.written import Line
from vlsim.language.tokenizer import default_tokenizer
from vlsim.language.utterance import Utterance
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.offers import is_offered, scene_offering, strangers
from vlsim.world import SceneState


@lru_cache(maxsize=64)
def fitting_lines(config: ScenarioConfig, instruction_set: Written) -> tuple[Line, ...]:
    """Return the lines of a set that are for this task and about things that it has.

    Raises:
        InvalidValueError: If there are none, one is too long, or one that names this task does not
            fit it.
    """
    lines = []
    for line in instruction_set.lines:
        reason = misfit(config, line.goal)
        if reason and line.task and line.task == instruction_set.task:
            raise InvalidValueError(f"{line.where}: 'task' is '{line.task}', but {reason}.")
        if reason is None and instruction_set.is_for(line, config.goals):
            check_length(config, line)
            lines.append(line)
    if not lines:
        raise InvalidValueError(
            f"'{instruction_set.name}' has no sentence for this task, whose goals are "
            f"{', '.join(config.goals)}."
        )
    return tuple(lines)


def misfit(config: ScenarioConfig, goal: Goal) -> str | None:
    """Return why no scene of a task can hold what a goal asks for, None if one can."""
    for atom in goal.atoms:
        if atom.name not in config.goals:
            return f"the goal '{atom.name}' is none of its goals: {', '.join(config.goals)}"
    if not isinstance(goal, Atom) and goal.name not in config.forms:
        return f"its instructions have no form '{goal.name}', only {', '.join(config.forms)}"
    return strangers(config, goal)


def check_length(config: ScenarioConfig, line: Line) -> None:
    """Refuse a line that has more words than the instructions of a task."""
    try:
        default_tokenizer().encode(line.text, config.n_words)
    except InstructionError as error:
        raise InvalidValueError(f"{line.where}: 'text': {error}") from error


def scene_for(config: ScenarioConfig, line: Line, seed: int) -> SceneState:
    """Return the scene of `seed` in which a written sentence is clear, possible and not yet true.

    Raises:
        InvalidValueError: If none is found; names the line.
    """
    try:
        return scene_offering(config, line.goal, seed)
    except InstructionError as error:
        raise InvalidValueError(
            f"{line.where}: '{line.text}' fits no scene of this task: {error}"
        ) from error


def sample_line(
    scene: SceneState, goal_names: Sequence[str], instruction_set: Written, rng: np.random.Generator
) -> Utterance | None:
    """Return a sentence of a set that this scene offers, None if no line fits it."""
    lines = [line for line in instruction_set.lines if instruction_set.is_for(line, goal_names)]
    for i in rng.permutation(len(lines)).tolist():
        text, goal = lines[i].text, lines[i].goal
        if is_offered(goal, scene) and all(
            instruction_set.matches(atom, scene) for atom in goal.atoms
        ):
            return Utterance(text, goal)
    return None

"""Scenarios of the sentences that people wrote: scenes in which they are clear and possible."""

from functools import lru_cache

from vlsim.data.needs import named, needed_specs
from vlsim.data.scenes import ScenarioConfig, draw_scene
from vlsim.errors import InvalidValueError
from vlsim.language.goals import Atom, Goal
from vlsim.language.sets import SEEN, Written
from vlsim.language.sets.written import Line, is_offered
from vlsim.seeding import stream
from vlsim.world import SceneState

ASKED_ATTEMPTS = 1000
"""Scenes that are drawn before an instruction that was asked for is refused."""


@lru_cache(maxsize=64)
def fitting_lines(config: ScenarioConfig, chosen: Written) -> tuple[Line, ...]:
    """Return the lines of a set that are for this task and about things that it has.

    Raises:
        InvalidValueError: If there are none, or a line that names this task does not fit it.
    """
    lines = []
    for line in chosen.lines:
        reason = misfit(config, line.goal)
        if reason and line.task and line.task == chosen.task:
            raise InvalidValueError(f"{line.where}: 'task' is '{line.task}', but {reason}.")
        if reason is None and chosen.is_for(line, config.goals):
            lines.append(line)
    if not lines:
        raise InvalidValueError(
            f"'{chosen.name}' has no sentence for this task, whose goals are "
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
    strangers = {ref.kind for ref in named(goal)} - {None, *_kinds(config)}
    if strangers:
        return f"its scenes hold no {' and no '.join(sorted(map(str, strangers)))}"
    return None


def _kinds(config: ScenarioConfig) -> tuple[str, ...]:
    """Return the kinds that the scenes of a task can hold."""
    lots = (
        (config.n_movable, config.movable_kinds),
        (config.n_places, config.place_kinds),
        (config.n_fixtures, config.fixture_kinds),
    )
    return tuple(kind for (_, most), kinds in lots for kind in kinds if most > 0)


def scene_offering(config: ScenarioConfig, line: Line, seed: int) -> SceneState:
    """Return the scene of `seed` in which a written sentence is clear, possible and not yet true.

    Raises:
        InvalidValueError: If none is found; names the line.
    """
    for attempt in range(ASKED_ATTEMPTS):
        needed = needed_specs(line.goal, _kinds(config), stream(seed, "needed", attempt))
        if needed is None:
            break
        scene = draw_scene(config, SEEN, seed, attempt, needed)
        if is_offered(line.goal, scene):
            return scene
    raise InvalidValueError(
        f"{line.where}: '{line.text}' fits no scene of this task; it may name too many things, or "
        "things that cannot do this."
    )

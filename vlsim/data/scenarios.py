"""A scenario is where an episode begins: a scene at rest, a goal in it, and its sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from vlsim.data.needs import named, needed_specs
from vlsim.errors import InstructionError, InvalidValueError, PlacementError, UnknownNameError
from vlsim.language.goals import Goal, goal_from_json
from vlsim.language.grammar import check_goal, parse, realise
from vlsim.language.sampler import sample_goal
from vlsim.language.sets import SETS, Written, find_set
from vlsim.language.sets.base import InstructionSet
from vlsim.language.sets.written import Line, is_offered
from vlsim.scene.placement import place
from vlsim.seeding import stream
from vlsim.world import (
    COLORS,
    KINDS,
    MAX_OBJECTS,
    SIZES,
    ObjectSpec,
    SceneState,
    resting_scene,
)

MAX_YAW = 0.26
"""Objects are turned by at most this much, radians; the gripper straightens them."""
ATTEMPTS = 200
ANYTHING = SETS["combo"]
"""Admits every object: who asks for a thing shall get it."""
ASKED_ATTEMPTS = 1000
"""Scenes that are drawn before an instruction that was asked for is refused."""


@dataclass(frozen=True)
class ScenarioConfig:
    """What a task draws its scenarios from."""

    goals: tuple[str, ...]
    """Names of the goals, as in `vlsim list goals`."""
    n_movable: tuple[int, int] = (4, 4)
    """Fewest and most objects that the robot can move."""
    n_places: tuple[int, int] = (2, 2)
    """Fewest and most places (bowls and pads)."""
    n_fixtures: tuple[int, int] = (0, 0)
    """Fewest and most fixtures (drawers, buttons and sliders)."""
    movable_kinds: tuple[str, ...] = tuple(k for k, v in KINDS.items() if v.movable)
    place_kinds: tuple[str, ...] = tuple(
        k for k, v in KINDS.items() if not v.movable and not v.joint
    )
    fixture_kinds: tuple[str, ...] = tuple(k for k, v in KINDS.items() if v.joint)
    similarity: float = 0.5
    """Chance that an object shares colour or kind with the first one, so that every word counts."""

    def __post_init__(self) -> None:
        """Refuse empty ranges, more objects than a scene holds, and kinds that do not exist."""
        for name, kinds in (
            ("n_movable", self.movable_kinds),
            ("n_places", self.place_kinds),
            ("n_fixtures", self.fixture_kinds),
        ):
            low, high = getattr(self, name)
            if not 0 <= low <= high:
                raise InvalidValueError(
                    f"{name} must be (fewest, most) with 0 <= fewest <= most, got {(low, high)}."
                )
            if high > 0 and not kinds:
                raise InvalidValueError(f"{name} allows {high} objects, but no kind is given.")
            for kind in kinds:
                if kind not in KINDS:
                    raise InvalidValueError(f"No kind '{kind}'. Known: {', '.join(KINDS)}.")
        counts = {name: getattr(self, name)[1] for name in ("n_movable", "n_places", "n_fixtures")}
        most = sum(counts.values())
        if most > MAX_OBJECTS:
            raise PlacementError(
                f"Could not place {most} objects in a scene; {MAX_OBJECTS} fit. Lower "
                + " or ".join(f"{name}, which allows {high}," for name, high in counts.items())[:-1]
                + "."
            )
        if not 0.0 <= self.similarity <= 1.0:
            raise InvalidValueError(f"similarity must lie in [0, 1], got {self.similarity}.")

    def changed(self, changes: Mapping[str, Any]) -> "ScenarioConfig":
        """Return a copy with some fields changed; an unknown field is refused."""
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise UnknownNameError("field of a scenario", name, known)
        return replace(self, **changes)


@dataclass(frozen=True, eq=False)
class Scenario:
    """Where an episode begins. `text` is "" when the set withholds the instruction."""

    scene: SceneState
    goal: Goal
    text: str


def draw_scenario(config: ScenarioConfig, set_name: str | InstructionSet, seed: int) -> Scenario:
    """Return the scenario that belongs to `seed`: possible, unambiguous, and not already done.

    Raises:
        PlacementError: If that many objects do not fit on the table.
        InvalidValueError: If the set never finds a goal in this task's scenes.
    """
    chosen = find_set(set_name) if isinstance(set_name, str) else set_name
    if isinstance(chosen, Written):
        lines = fitting_lines(config, chosen)
        line = lines[int(stream(seed, "sentence").integers(len(lines)))]
        return Scenario(scene_offering(config, line, seed), line.goal, line.text)
    for attempt in range(ATTEMPTS):
        scene = draw_scene(config, chosen, seed, attempt)
        found = sample_goal(scene, config.goals, chosen, stream(seed, "instruction", attempt))
        if found is not None:
            return Scenario(scene, *found)
    raise InvalidValueError(
        f"The set '{chosen.name}' found no goal in {ATTEMPTS} scenes; allow more objects."
    )


def fit_scenario(
    config: ScenarioConfig,
    set_name: str | InstructionSet,
    seed: int,
    *,
    text: str | None = None,
    goal: Goal | Mapping[str, Any] | None = None,
    scene: SceneState | Mapping[str, Any] | None = None,
) -> Scenario:
    """Return the scenario of `seed` with what was asked for: words, or a goal, and a scene.

    Without a scene, scenes of `seed` are drawn until the words fit one and the way is free.

    Raises:
        InstructionError: If the words cannot be understood, or fit no scene; says why.
        InvalidValueError: If both words and a goal are asked for, a description is malformed, or a
            scene that was asked for offers no goal.
    """
    if text is not None and goal is not None:
        raise InvalidValueError("Ask for an 'instruction' or a 'goal', not for both.")
    chosen = find_set(set_name) if isinstance(set_name, str) else set_name
    wanted = parse(text) if text is not None else None
    if goal is not None:
        wanted = goal if isinstance(goal, Goal) else goal_from_json(goal)
    rng = stream(seed, "instruction", 0)
    if scene is not None:
        fixed = SceneState.from_json(scene.to_json() if isinstance(scene, SceneState) else scene)
        if wanted is not None:
            check_goal(wanted, fixed)
            return Scenario(fixed, wanted, text if text is not None else realise(wanted, rng))
        found = sample_goal(fixed, config.goals, chosen, rng)
        if found is None:
            raise InvalidValueError(
                f"The set '{chosen.name}' finds no goal in this scene; ask for an 'instruction' or "
                "a 'goal' too, or take another set."
            )
        return Scenario(fixed, *found)
    if wanted is None:
        return draw_scenario(config, chosen, seed)
    reason: InstructionError | None = None
    for attempt in range(ASKED_ATTEMPTS):
        drawn = draw_scene(config, ANYTHING, seed, attempt)
        try:
            check_goal(wanted, drawn)
            if not wanted.is_feasible(drawn):
                raise InstructionError("Something is in the way of that.")
        except InstructionError as error:
            reason = reason or error
        else:
            return Scenario(drawn, wanted, text if text is not None else realise(wanted, rng))
    raise InstructionError(
        f"{reason} (The same in {ASKED_ATTEMPTS - 1} other scenes of this task.)"
    )


def chosen_set(name: str, task: str, config: ScenarioConfig) -> InstructionSet:
    """Return the set, or the file of sentences, of that name, as far as it is for this task.

    Raises:
        UnknownNameError: If there is none.
        InvalidValueError: If a line of the file is no instruction, or none is for this task.
    """
    chosen = find_set(name)
    if isinstance(chosen, Written):
        chosen = chosen.of_task(task)
        fitting_lines(config, chosen)
    return chosen


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
    if goal.name not in config.goals:
        return f"the goal '{goal.name}' is none of its goals: {', '.join(config.goals)}"
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
        scene = draw_scene(config, SETS["seen"], seed, attempt, needed)
        if is_offered(line.goal, scene):
            return scene
    raise InvalidValueError(
        f"{line.where}: '{line.text}' fits no scene of this task; it may name too many things, or "
        "things that cannot do this."
    )


def draw_scene(
    config: ScenarioConfig,
    chosen: InstructionSet,
    seed: int,
    attempt: int = 0,
    needed: Sequence[ObjectSpec] = (),
) -> SceneState:
    """Return a scene at rest, without two objects that look the same, in which `needed` stand."""
    rng = stream(seed, "layout", attempt)
    specs: list[ObjectSpec] = []
    for kinds, count in (
        (config.movable_kinds, config.n_movable),
        (config.place_kinds, config.n_places),
        (config.fixture_kinds, config.n_fixtures),
    ):
        given = [spec for spec in needed if spec.kind in kinds][: count[1]]
        specs += _draw_specs(kinds, count, config.similarity, chosen, rng, given)
    positions, yaws = place(specs, rng), rng.uniform(-MAX_YAW, MAX_YAW, len(specs))
    joints = np.zeros(len(specs))
    for i, spec in enumerate(specs):
        if spec.joint:
            # Furniture stands straight: so its room is a rectangle, and its front is in view.
            yaws[i] = 0.0
            starts = spec.joint.starts
            joints[i] = spec.joint.at(starts[int(rng.integers(len(starts)))])
    return resting_scene(tuple(specs), positions, yaws, joints)


def _draw_specs(
    kinds: tuple[str, ...],
    count: tuple[int, int],
    similarity: float,
    chosen: InstructionSet,
    rng: np.random.Generator,
    given: Sequence[ObjectSpec],
) -> list[ObjectSpec]:
    number = int(rng.integers(count[0], count[1] + 1))
    specs = list(given)
    while len(specs) < number:
        kind, color, size = (
            names[int(rng.integers(len(names)))] for names in (kinds, tuple(COLORS), tuple(SIZES))
        )
        if specs and rng.random() < similarity:
            if rng.random() < 0.5:
                kind = specs[0].kind
            else:
                color = specs[0].color
        spec = ObjectSpec(kind, color, size)
        if spec not in specs and chosen.admits(spec):
            specs.append(spec)
    return specs

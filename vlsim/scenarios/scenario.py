"""A scenario is where an episode begins: a scene at rest, a goal in it, and its sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from vlsim.errors import InvalidValueError, PlacementError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Goal, goal_from_json
from vlsim.instruction_sets import Written, find_set
from vlsim.instruction_sets.base import InstructionSet
from vlsim.language.utterance import Utterance
from vlsim.language.writer import realise
from vlsim.scenarios.composer import sample_instruction
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.offers import scene_offering
from vlsim.scenarios.scenes import draw_scene
from vlsim.scenarios.written import fitting_lines, scene_for
from vlsim.seeding import stream
from vlsim.world import SceneState, scene_from_json

ATTEMPTS = 200
"""Scenes of one episode that are drawn before a set is given up."""
PLACEMENTS = 5
"""Scenes of one episode that may be given up because their objects do not fit."""


class Sharing(NamedTuple):
    """Scenarios that share a scene, and the set, or part of a mixture, that drew them."""

    scenarios: list["Scenario"]
    instruction_set: InstructionSet


@dataclass(frozen=True, eq=False)
class Scenario:
    """Where an episode begins: a scene, a sentence with its goal, and what the policy is told."""

    scene: SceneState
    utterance: Utterance
    instruction: str
    """The words that the policy is told: the sentence, unless the set tells it something else."""

    @property
    def goal(self) -> Goal:
        """What shall become true."""
        return self.utterance.goal


def draw_scenario(config: ScenarioConfig, set_name: str | InstructionSet, seed: int) -> Scenario:
    """Return the scenario that belongs to `seed`: possible, unambiguous, and not already done.

    Raises:
        PlacementError: If that many objects do not fit on the table.
        InvalidValueError: If the set never finds a goal in this task's scenes.
    """
    instruction_set = find_set(set_name) if isinstance(set_name, str) else set_name
    if isinstance(instruction_set, Written):
        lines = fitting_lines(config, instruction_set)
        line = lines[int(stream(seed, "sentence").integers(len(lines)))]
        utterance = Utterance(line.text, line.goal)
        return Scenario(scene_for(config, line, seed), utterance, utterance.text)

    def sample(scene: SceneState, part: InstructionSet, attempt: int) -> list[Scenario]:
        return sample_scenarios(config, scene, part, stream(seed, "instruction", attempt))

    return _in_first_scene(config, instruction_set, seed, sample).scenarios[0]


def draw_scenarios(
    config: ScenarioConfig,
    instruction_set: InstructionSet,
    seed: int,
    count: int,
    rng: np.random.Generator,
) -> Sharing:
    """Return up to `count` scenarios that share a scene, one as episodes begin with.

    Args:
        config: What scenes and goals are drawn from.
        instruction_set: Decides which objects, goals and words are wanted.
        seed: Decides the scene.
        count: How many goals are tried; those that this scene does not offer are left out.
        rng: Decides goals and words.

    Raises:
        PlacementError: If that many objects do not fit on the table.
        InvalidValueError: If the set never finds a goal in this task's scenes.
    """
    return _in_first_scene(
        config,
        instruction_set,
        seed,
        lambda scene, part, _: sample_scenarios(config, scene, part, rng, count),
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

    Without a scene, one of `seed` is drawn that holds what is named, where the way is free; what
    words and goal leave open is as in the scenes of `seen`, whatever the set.

    Raises:
        InstructionError: If the words cannot be understood, or fit no scene; says why.
        InvalidValueError: If both words and a goal are asked for, a description is malformed, or a
            scene that was asked for offers no goal.
    """
    if text is not None and goal is not None:
        raise InvalidValueError("Give an 'instruction' or a 'goal', not both.")
    instruction_set = find_set(set_name) if isinstance(set_name, str) else set_name
    fixed = None
    if scene is not None:
        fixed = scene_from_json(scene.to_json() if isinstance(scene, SceneState) else scene)
    wanted: Goal | None = None
    if goal is not None:
        wanted = goal if isinstance(goal, Goal) else goal_from_json(goal)
    elif text is not None:
        wanted = parse(text) if fixed is None else understand(text, fixed)
    if wanted is None:
        if fixed is None:
            return draw_scenario(config, instruction_set, seed)
        return _offered_by(fixed, config, instruction_set, seed)
    if fixed is None:
        fixed = scene_offering(config, wanted, seed)
    else:
        wanted.check(fixed)
    rng = stream(seed, "instruction", 0)
    utterance = realise(wanted, rng) if text is None else Utterance(text, wanted)
    return Scenario(fixed, utterance, utterance.text)


def _offered_by(
    scene: SceneState, config: ScenarioConfig, instruction_set: InstructionSet, seed: int
) -> Scenario:
    """Return what a set asks for in a scene that was asked for."""
    part = instruction_set.part(config.forms, stream(seed, "part", 0))
    drawn = sample_scenarios(config, scene, part, stream(seed, "instruction", 0))
    if not drawn:
        raise InvalidValueError(
            f"The set '{instruction_set.name}' finds no goal in this scene; ask for an "
            "'instruction' or a 'goal' too, or use another set."
        )
    return drawn[0]


def _in_first_scene(
    config: ScenarioConfig,
    instruction_set: InstructionSet,
    seed: int,
    sample: Callable[[SceneState, InstructionSet, int], list[Scenario]],
) -> Sharing:
    """Return what is drawn in the first scene of `seed` in which something can be asked for.

    Args:
        config: What scenes are drawn from.
        instruction_set: Decides which objects, goals and words are wanted.
        seed: Decides the scenes.
        sample: Draws what to ask for in a scene, for a set, in the attempt of this number; nothing
            if it offers nothing.
    """
    given_up = 0
    for attempt in range(ATTEMPTS):
        part = instruction_set.part(config.forms, stream(seed, "part", attempt))
        try:
            scene = draw_scene(config, part, seed, attempt)
        except PlacementError:
            # Wide things that do not fit now and then are no reason to give up.
            given_up += 1
            if given_up > PLACEMENTS and part.n_objects is None:
                raise
            continue
        if drawn := sample(scene, part, attempt):
            return Sharing(drawn, part)
    raise InvalidValueError(
        f"The set '{instruction_set.name}' found no goal in {ATTEMPTS} scenes for "
        f"{', '.join(config.goals)}; allow more objects, or use another task."
    )


def sample_scenarios(
    config: ScenarioConfig,
    scene: SceneState,
    instruction_set: InstructionSet,
    rng: np.random.Generator,
    count: int = 1,
) -> list[Scenario]:
    """Return what a set asks for in a scene, up to `count` times.

    Args:
        config: What goals are drawn from.
        scene: Where they are asked for.
        instruction_set: Decides which goals and words are wanted.
        rng: Decides goals and words.
        count: How many goals are tried; those that this scene does not offer are left out.
    """
    utterances = (
        sample_instruction(
            scene,
            config.goals,
            instruction_set,
            rng,
            forms=config.forms,
            steps=config.steps,
            n_words=config.n_words,
        )
        for _ in range(count)
    )
    return [
        Scenario(scene, utterance, instruction_set.rewrite(utterance.text, rng))
        for utterance in utterances
        if utterance is not None
    ]

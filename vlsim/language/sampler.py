"""Draws goals with their sentences from a scene: possible, unambiguous, not already true."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from vlsim.language.goals import GOALS, Goal
from vlsim.language.grammar import try_realise
from vlsim.language.sets.base import InstructionSet
from vlsim.language.sets.written import Written
from vlsim.world import SceneState


def sample_goal(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
) -> tuple[Goal, str] | None:
    """Return a goal for this scene with the sentence that the policy is told.

    Every phrase of the goal names exactly one object, those objects fit the goal, the way is free,
    the goal is not already true, and `instruction_set` matches. All goals that the scene offers are
    tried, first by a random name out of `goal_names`, then in random order.

    Sets that keep the goals of `seen` draw the very same goal from the same generator state; a set
    that picks another goal draws that one first and then one with another target.

    Args:
        scene: Where the goal shall be reached.
        goal_names: Names in `GOALS` to draw from.
        instruction_set: Which goals and words are wanted.
        rng: Decides goal, description, phrasing and rewriting.

    Returns:
        The goal and its sentence, None if this scene offers none.

    Raises:
        UnknownNameError: If a goal name does not exist.
    """
    if isinstance(instruction_set, Written):
        return instruction_set.sample(scene, goal_names, rng)
    unwanted = None
    for goal in _goals(scene, goal_names, instruction_set, rng):
        target = goal.referents(scene)["target"]
        if instruction_set.picks_other and unwanted is None:
            unwanted = target
        elif target != unwanted:
            sentence = try_realise(goal, rng, instruction_set.pool)
            if sentence is not None:
                return goal, instruction_set.rewrite(sentence, rng)
    return None


def _goals(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
) -> Iterator[Goal]:
    refs = [instruction_set.describe(scene, i, rng) for i in range(len(scene.specs))]
    named = {i: ref for i, ref in enumerate(refs) if ref is not None}
    for n in rng.permutation(len(goal_names)).tolist():
        cls = GOALS[goal_names[n]]
        fillings = [
            (phrasings.fields, indices)
            for phrasings in cls.phrasings
            for indices in itertools.permutations(named, len(cls.slots))
        ]
        for f in rng.permutation(len(fillings)).tolist():
            fixed, indices = fillings[f]
            filled = dict(zip(cls.slots, indices, strict=True))
            goal = cls.build({slot: named[i] for slot, i in filled.items()}, fixed)
            if (
                goal.misfit({slot: scene.specs[i] for slot, i in filled.items()}) is None
                and instruction_set.matches(goal, scene)
                and not goal.achieved(scene, scene)
                and goal.is_feasible(scene)
            ):
                yield goal

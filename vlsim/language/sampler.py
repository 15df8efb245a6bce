"""Draws goals with their sentences from a scene: possible, unambiguous, not already true."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from vlsim.language.goals import GOALS, Atom, Goal
from vlsim.language.grammar import try_realise
from vlsim.language.ref import Ref
from vlsim.language.referring import describe_groups
from vlsim.language.sets.base import InstructionSet
from vlsim.language.sets.written import Written
from vlsim.world import SceneState

Named = tuple[Ref, tuple[int, ...]]
"""A phrase and the objects that it names in a scene."""


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
    for goal in candidates(scene, goal_names, instruction_set, rng):
        if instruction_set.picks_other:
            target = goal.referents(scene)["target"]
            unwanted = target if unwanted is None else unwanted
            if target == unwanted:
                continue
        sentence = try_realise(goal, rng, instruction_set.pool)
        if sentence is not None:
            return goal, instruction_set.rewrite(sentence, rng)
    return None


def candidates(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
) -> Iterator[Atom]:
    """Yield the goals that the scene offers, in random order.

    Args:
        scene: Where the goal shall be reached.
        goal_names: Names in `GOALS`; all goals of one come before those of the next.
        instruction_set: Which goals are wanted, and how things are called.
        rng: Decides phrases and order.
    """
    refs = [instruction_set.describe(scene, i, rng) for i in range(len(scene.specs))]
    single = [(ref, (i,)) for i, ref in enumerate(refs) if ref is not None]
    several: Sequence[Named] = ()
    for n in rng.permutation(len(goal_names)).tolist():
        cls = GOALS[goal_names[n]]
        if cls.groups and not several:
            several = describe_groups(scene)
        fillings = [
            (phrasings.fields, chosen)
            for phrasings in cls.phrasings
            for chosen in _fillings(cls, single, several)
        ]
        for f in rng.permutation(len(fillings)).tolist():
            fixed, chosen = fillings[f]
            goal = cls.build({slot: ref for slot, (ref, _) in chosen.items()}, fixed)
            if (
                goal.misfit_in(scene, {slot: indices for slot, (_, indices) in chosen.items()})
                is None
                and instruction_set.matches(goal, scene)
                and not goal.achieved(scene, scene)
                and goal.is_feasible(scene)
            ):
                yield goal


def _fillings(
    cls: type[Atom], single: Sequence[Named], several: Sequence[Named]
) -> Iterator[dict[str, Named]]:
    """Yield every choice of phrases for the slots in which no object is named twice."""
    if not cls.groups:
        for chosen in itertools.permutations(single, len(cls.slots)):
            yield dict(zip(cls.slots, chosen, strict=True))
        return
    lots = [several if slot in cls.groups else single for slot in cls.slots]
    for chosen in itertools.product(*lots):
        indices = [i for _, named in chosen for i in named]
        if len(indices) == len(set(indices)):
            yield dict(zip(cls.slots, chosen, strict=True))

"""Draws one thing to do, with its sentence, from a scene: possible, clear, not already true."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from vlsim.goals import GOALS, Atom
from vlsim.instruction_sets.base import InstructionSet
from vlsim.instruction_sets.written import Written
from vlsim.language.utterance import Utterance
from vlsim.language.writer import try_realise
from vlsim.referring.describe import describe_groups
from vlsim.referring.ref import Ref
from vlsim.scenarios.written import sample_line
from vlsim.world import SceneState
from vlsim.world.orientation import fallen_things

Named = tuple[Ref, tuple[int, ...]]
"""A phrase and the objects that it names in a scene."""
Offer = tuple[Atom, Atom]
"""A goal that a scene offers, and the same goal bound to the objects that its words name there."""


def sample_goal(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
) -> Utterance | None:
    """Return a sentence for this scene, with its goal.

    Every phrase of the goal names exactly one object, those objects fit the goal, the way is free,
    the goal is not already true, and `instruction_set` matches. All goals that the scene offers are
    tried, first by a random name out of `goal_names`, then in random order.

    Sets that keep the goals of `seen` draw the very same goal from the same generator state; a set
    that picks another goal draws that one first and then one with another target.

    Args:
        scene: Where the goal shall be reached.
        goal_names: Names in `GOALS` to draw from.
        instruction_set: Which goals and words are wanted.
        rng: Decides goal, description and phrasing.

    Returns:
        The sentence, None if this scene offers none.

    Raises:
        UnknownNameError: If a goal name does not exist.
    """
    if isinstance(instruction_set, Written):
        return sample_line(scene, goal_names, instruction_set, rng)
    unwanted = None
    for goal, bound in candidates(scene, goal_names, instruction_set, rng):
        if instruction_set.picks_other:
            target = bound.subject(scene)
            unwanted = target if unwanted is None else unwanted
            if target == unwanted:
                continue
        utterance = try_realise(goal, rng, instruction_set.pool)
        if utterance is not None:
            return utterance
    return None


def candidates(
    scene: SceneState,
    goal_names: Sequence[str],
    instruction_set: InstructionSet,
    rng: np.random.Generator,
    *,
    targets: Collection[int] | None = None,
    of_each: int | None = None,
) -> Iterator[Offer]:
    """Yield the goals that the scene offers, in random order.

    Args:
        scene: Where the goal shall be reached.
        goal_names: Names in `GOALS`; all goals of one come before those of the next.
        instruction_set: Which goals are wanted, and how things are called.
        rng: Decides phrases and order.
        targets: Objects that shall be acted on, None for any.
        of_each: How many goals of one name are yielded, None for all.
    """
    single: Sequence[Named] = ()
    if any(set(GOALS[name].slots).difference(GOALS[name].groups) for name in goal_names):
        refs = [instruction_set.describe(scene, i, rng) for i in range(len(scene.specs))]
        single = [(ref, (i,)) for i, ref in enumerate(refs) if ref is not None]
    several: Sequence[Named] = ()
    for n in rng.permutation(len(goal_names)).tolist():
        cls = GOALS[goal_names[n]]
        if cls.groups and not several:
            several = describe_groups(scene)
        ways = _ways(cls, single, several, targets)
        fixed = [phrasings.fields for phrasings in cls.phrasings]
        # Asked before anything is built: most objects fit into few slots.
        refused = frozenset() if cls.takes_fallen else fallen_things(scene)
        fitting = [
            {i for i, spec in enumerate(scene.specs) if cls.can_fill(slot, spec)} - refused
            for slot in cls.slots
        ]
        yielded = 0
        for f in rng.permutation(len(fixed) * len(ways)).tolist():
            which, way = divmod(f, len(ways))
            phrases = ways[way]
            named = (indices for _, indices in phrases)
            if not all(map(set.issuperset, fitting, named)):
                continue
            offer = _offered(cls, fixed[which], phrases, scene)
            if offer is not None and instruction_set.matches(offer[0], scene):
                yield offer
                yielded += 1
                if yielded == of_each:
                    break


def _offered(
    cls: type[Atom], fixed: Mapping[str, str], phrases: Sequence[Named], scene: SceneState
) -> Offer | None:
    """Return the goal with these phrases if the scene offers it."""
    goal = cls.build(dict(zip(cls.slots, (ref for ref, _ in phrases), strict=True)), fixed)
    named = dict(zip(cls.slots, (indices for _, indices in phrases), strict=True))
    if goal.misfit_in(scene, named) is not None:
        return None
    bound = cls.build(cls.bindings(named), fixed)
    is_offered = not bound.achieved(scene, scene) and bound.is_feasible(scene)
    return (goal, bound) if is_offered else None


def _ways(
    cls: type[Atom],
    single: Sequence[Named],
    several: Sequence[Named],
    targets: Collection[int] | None,
) -> list[tuple[Named, ...]]:
    """Return every choice of phrases for the slots in which no object is named twice."""
    if cls.groups:
        lots = [several if slot in cls.groups else single for slot in cls.slots]
        ways = [way for way in itertools.product(*lots) if _are_different(way)]
    else:
        ways = list(itertools.permutations(single, len(cls.slots)))
    if targets is None:
        return ways
    return [way for way in ways if set(way[0][1]).issubset(targets)]


def _are_different(phrases: Sequence[Named]) -> bool:
    indices = [i for _, named in phrases for i in named]
    return len(indices) == len(set(indices))

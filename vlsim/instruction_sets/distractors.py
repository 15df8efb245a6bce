"""Scenes with more things than training has, so that a reading of half the sentence fails.

Every set here has 7 or 8 objects. No task trains with more than 6, which a test watches over; who
trains in scenes of one's own with more has to measure without these sets.
"""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, SaidOtherwise, add
from vlsim.referring.describe import describe, describe_by_place
from vlsim.referring.ref import Ref
from vlsim.referring.relations import SIDES, holds
from vlsim.referring.resolve import resolve_one
from vlsim.world import MAX_OBJECTS, SceneState

MOST_TRAINED = 6
"""Most objects that a scene of any task's training has."""
ATTRIBUTES = ("kind", "color", "size")
"""What each distractor shares one of with the target."""


@dataclass(frozen=True)
class Crowded(InstructionSet):
    """Trained phrases, in scenes with more objects than training has."""

    n_objects: tuple[int, int] | None = (MOST_TRAINED + 1, MAX_OBJECTS)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the scene has more objects than training."""
        return len(scene.specs) > MOST_TRAINED and super().matches(goal, scene)


@dataclass(frozen=True)
class AttributeDistractors(Crowded):
    """The target has no attribute of its own: who hears one word of the phrase has to guess.

    Its kind, its colour and its size are each shared by something else that the goal could be
    about, and the phrase says no word too many. Training has fewer objects, and longer phrases too.
    """

    def describe(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return the shortest phrase."""
        return describe(scene, index)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether each attribute of the target is some other candidate's too."""
        if not super().matches(goal, scene):
            return False
        target, others = _candidates(goal, scene)
        spec = scene.specs[target]
        return all(
            any(getattr(scene.specs[i], name) == getattr(spec, name) for i in others)
            for name in ATTRIBUTES
        )


@dataclass(frozen=True)
class Placed(Crowded, SaidOtherwise):
    """The target is known by where it is, which training never says, among more objects."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return where it is."""
        return describe_by_place(scene, index, SIDES, rng)


@dataclass(frozen=True)
class RelationDistractors(Placed):
    """Neither the noun nor the place decides: of "the cube behind the bowl" all words are needed.

    Another cube stands elsewhere beside that bowl, and something else that the goal could be about
    stands behind it. Training has fewer objects and never says where a thing is.
    """

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether both distractors are there."""
        relation, kind = goal.target.relation, goal.target.kind
        if relation is None or kind is None or not super().matches(goal, scene):
            return False
        landmark = resolve_one(relation.landmarks[0], scene)
        _, others = _candidates(goal, scene)
        return any(
            scene.specs[i].kind == kind
            and any(holds(name, scene, i, (landmark,)) for name in SIDES)
            for i in others
            if i != landmark
        ) and any(
            scene.specs[i].kind != kind and holds(relation.name, scene, i, (landmark,))
            for i in others
            if i != landmark
        )


@dataclass(frozen=True)
class IsomorphDistractors(Placed):
    """The same arrangement stands there twice and differs in one attribute of the landmark.

    Of "the cube behind the blue bowl" another cube stands behind another bowl, which has another
    colour or another size, not both. Training has fewer objects and never says where a thing is.
    """

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the arrangement is there twice."""
        relation, kind = goal.target.relation, goal.target.kind
        if relation is None or kind is None or not super().matches(goal, scene):
            return False
        landmark = resolve_one(relation.landmarks[0], scene)
        _, others = _candidates(goal, scene)
        there = scene.specs[landmark]
        return any(
            (spec.kind == there.kind and (spec.color == there.color) != (spec.size == there.size))
            and any(
                scene.specs[i].kind == kind and holds(relation.name, scene, i, (twin,))
                for i in others
                if i not in (landmark, twin)
            )
            for twin, spec in enumerate(scene.specs)
            if twin != landmark
        )


def _candidates(goal: Atom, scene: SceneState) -> tuple[int, list[int]]:
    """Return the target, and what else the goal could be about for all that its verb says."""
    target = goal.subject(scene)
    named = {slot: indices[0] for slot, indices in goal.named(scene).items() if slot != "target"}
    places = {slot: scene.specs[i] for slot, i in named.items()}
    return target, [
        i
        for i, spec in enumerate(scene.specs)
        if i != target
        and i not in named.values()
        and goal.misfit({**places, "target": spec}) is None
    ]


DISTRACTOR_ATTRIBUTE = add(
    AttributeDistractors(
        "distractor-attribute",
        "7 or 8 objects; each attribute of the target is shared by a distractor.",
    )
)
DISTRACTOR_RELATION = add(
    RelationDistractors(
        "distractor-relation",
        "7 or 8 objects; the target's noun and its place each fit a distractor.",
    )
)
DISTRACTOR_ISOMORPH = add(
    IsomorphDistractors(
        "distractor-isomorph", "7 or 8 objects; a second arrangement differs in one attribute only."
    )
)
DISTRACTOR_RANDOM = add(Crowded("distractor-random", "7 or 8 objects; training has at most 6."))

"""Phrases about what lies in or on what, once and nested; in training nothing lies on anything."""

from dataclasses import dataclass

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, SaidOtherwise, add
from vlsim.referring.describe import describe_by_place, describe_verbose
from vlsim.referring.ref import Ref
from vlsim.referring.relations import LIES_THERE, SIDES
from vlsim.world import SceneState
from vlsim.world.support import left_on


@dataclass(frozen=True)
class Loaded(InstructionSet):
    """In each scene one movable thing lies in a bowl or on a pad, where there is one."""

    def rearrange(self, scene: SceneState, rng: np.random.Generator) -> SceneState:
        """Return the scene with one thing moved there, or as it is if none fits."""
        every = range(len(scene.specs))
        ways = [(i, place) for i in every for place in every if i != place]
        for way in rng.permutation(len(ways)).tolist():
            loaded = left_on(scene, *ways[way])
            if loaded is not None:
                return loaded
        return scene


@dataclass(frozen=True)
class ByContainment(Loaded, SaidOtherwise):
    """Things are known by what they lie in or on, places by what they hold."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return what it lies in or on; all else is called by its looks."""
        return describe_by_place(scene, index, LIES_THERE, rng) or describe_verbose(
            scene, index, rng
        )

    def describe(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return `say`'s phrase; bowls and pads are called by what they hold, if anything."""
        spec = scene.specs[index]
        holding = None
        if not spec.movable and not spec.joint:
            holding = describe_by_place(scene, index, ("holding",), rng)
        return holding or super().describe(scene, index, rng)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether a phrase says what lies in or on what."""
        refs = (getattr(goal, slot) for slot in goal.slots)
        return any(ref.relation for ref in refs) and super().matches(goal, scene)


@dataclass(frozen=True)
class Nested(Loaded, SaidOtherwise):
    """The target is known by where it is to a thing that is known by where it is."""

    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return where it is: "the cube behind the bowl that holds the ball"."""
        inner = (*SIDES, *LIES_THERE, "holding")
        return describe_by_place(scene, index, SIDES, rng, landmark_relations=inner)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target's phrase is nested twice."""
        relation = goal.target.relation
        is_nested = relation is not None and any(ref.relation for ref in relation.landmarks)
        return is_nested and super().matches(goal, scene)


CONTAINMENT = add(
    ByContainment(
        "containment",
        "Names objects by what they lie in or on, or by what they hold.",
        forms=("atom",),
    )
)
NESTED = add(
    Nested(
        "nested",
        "Names the target by its place relative to an object that is itself named by its place.",
        forms=("atom",),
    )
)

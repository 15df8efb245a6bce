"""What an instruction set decides: which objects, which goals, which words."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.combinations import combinations_in
from vlsim.instruction_sets.hold_outs import withheld
from vlsim.instruction_sets.role import MEASURED, Role
from vlsim.language.templates import Pool
from vlsim.referring.describe import describe_verbose
from vlsim.referring.ref import Ref
from vlsim.registry import Registry
from vlsim.world import SceneState
from vlsim.world.things import COLORS, KINDS, TRAINED_KINDS, ObjectSpec

HELD_OUT_PAIRS: frozenset[tuple[str, str]] = frozenset(
    (kind, color)
    for k, kind in enumerate(TRAINED_KINDS)
    for c, color in enumerate(COLORS)
    if (c + k) % len(COLORS) == 3
)
"""Pairs (kind, colour) that training never shows: one colour of each kind, as in a Latin square.

The 3 spares the red cube and the blue bowl, which everybody asks for first.
"""


def is_held_out(spec: ObjectSpec) -> bool:
    """Whether training never shows an object of this kind, or of this kind and colour."""
    return KINDS[spec.kind].held_out or (spec.kind, spec.color) in HELD_OUT_PAIRS


@dataclass(frozen=True)
class InstructionSet:
    """A named share of all (scene, goal, sentence); this base is the training distribution.

    Args:
        name: Name in `SETS`.
        description: One sentence for tables and `vlsim list`.
        role: What success here shows; `vlsim.instruction_sets.role` says what each role means.
        pool: Which phrasings sentences are drawn from.
        picks_other: Whether the goal is another one, with another target, than `seen` draws from
            the same scene and generator.
        forms: Forms of instructions (`vlsim.scenarios.config.FORMS`), None for those of the task.
        steps: Fewest and most steps of a chain, None for those of the task.
        says_numbers: Whether phrases in the plural say how many things they mean.
        combinations: Which rules of `combinations.COMBINATIONS` withhold its goals from the regime
            `full`, none for (); None for any.
        kinds: Movable kinds that its scenes show besides those of the task.
        sizes: Sizes that its scenes show instead of those of the task.
        materials: What things are made of instead of what the task says.
        n_objects: Fewest and most objects of a scene, None for as many as the task says; movable
            ones are added.
        randomization: Presets of the randomisation that an environment of this set turns on.
    """

    name: str
    description: str
    role: Role = MEASURED
    pool: Pool = "train"
    picks_other: bool = False
    forms: tuple[str, ...] | None = None
    steps: tuple[int, int] | None = None
    says_numbers: bool = False
    combinations: tuple[str, ...] | None = None
    kinds: tuple[str, ...] = ()
    sizes: tuple[str, ...] | None = None
    materials: tuple[str, ...] | None = None
    n_objects: tuple[int, int] | None = None
    randomization: tuple[str, ...] = ()

    @property
    def is_control(self) -> bool:
        """Whether success here shows how much the words matter, not how well a policy does."""
        return self.role != MEASURED

    def admits(self, spec: ObjectSpec) -> bool:
        """Whether an object like this may stand in the scene."""
        return not is_held_out(spec)

    def rearrange(self, scene: SceneState, rng: np.random.Generator) -> SceneState:
        """Return the scene as it shall be drawn, things at rest and apart; by default as it is."""
        return scene

    def describe(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return a phrase that names object `index` and no other, None if there is none."""
        return describe_verbose(scene, index, rng)

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether this goal in this scene belongs to the set."""
        return (
            all(self.admits(spec) for spec in scene.specs)
            and not withheld(goal, scene)
            and self.combinations in (None, combinations_in(goal))
        )

    def part(self, forms: Collection[str], rng: np.random.Generator) -> "InstructionSet":
        """Return the set that a scene is drawn from: this one, unless it mixes several."""
        return self

    def rewrite(self, text: str, rng: np.random.Generator) -> str:
        """Return what the policy is told instead of the sentence."""
        return text


class SaidOtherwise(InstructionSet, ABC):
    """A set that calls what is acted on by something else than its looks."""

    @abstractmethod
    def say(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return a phrase for an object that can be acted on, None if there is none."""

    def describe(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return `say`'s phrase; bowls and pads are called by their looks."""
        spec = scene.specs[index]
        if spec.movable or spec.joint:
            return self.say(scene, index, rng)
        return super().describe(scene, index, rng)


SETS: Registry[InstructionSet] = Registry("instruction set")


Added = TypeVar("Added", bound=InstructionSet)


def add(instruction_set: Added) -> Added:
    """Register an instruction set under its name."""
    SETS.add(instruction_set.name, instruction_set)
    return instruction_set

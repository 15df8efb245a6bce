"""Kinds that training never shows, called by their colour and size: only the shape is new."""

from dataclasses import dataclass, replace

import numpy as np

from vlsim.goals import Atom
from vlsim.instruction_sets.base import InstructionSet, add, is_held_out
from vlsim.referring.describe import describe_verbose
from vlsim.referring.ref import Ref
from vlsim.referring.resolve import names_clearly
from vlsim.world import SceneState
from vlsim.world.things import KINDS, ObjectSpec

NEW_KINDS = tuple(name for name, kind in KINDS.items() if kind.held_out)
"""Kinds that training never shows."""


@dataclass(frozen=True)
class NewObject(InstructionSet):
    """The target is of a held-out kind: "the red object" is a star. Every word is trained."""

    def admits(self, spec: ObjectSpec) -> bool:
        """Admit the new kinds in every colour, and of the others what training shows."""
        return spec.kind in NEW_KINDS or not is_held_out(spec)

    def describe(self, scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
        """Return a phrase without the name of a new kind."""
        ref = describe_verbose(scene, index, rng)
        if ref is None or ref.kind not in NEW_KINDS:
            return ref
        spec = scene.specs[index]
        nameless = replace(ref, kind=None, color=spec.color)
        for said in (nameless, replace(nameless, size=spec.size)):
            if names_clearly(said, scene, index):
                return said
        return None

    def matches(self, goal: Atom, scene: SceneState) -> bool:
        """Whether the target is of a new kind, and no phrase says what that is called."""
        targets = goal.named(scene)["target"]
        refs = [getattr(goal, slot) for slot in goal.slots]
        return (
            all(scene.specs[i].kind in NEW_KINDS for i in targets)
            and not any(ref.kind in NEW_KINDS for ref in refs)
            and super().matches(goal, scene)
        )


NEW_OBJECT = add(
    NewObject(
        "new-object",
        "The target is of an unseen kind and named by its colour.",
        kinds=NEW_KINDS,
        forms=("atom",),
    )
)

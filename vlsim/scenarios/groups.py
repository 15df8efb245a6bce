"""Draws what is done with several things alike."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from vlsim.errors import InstructionError
from vlsim.goals import Atom, ForAll, Goal
from vlsim.referring.describe import describe_groups
from vlsim.referring.ref import Many
from vlsim.referring.resolve import find
from vlsim.scenarios.draw import LOOKED_AT, Draw, comes_true
from vlsim.world.things import ObjectSpec

SOME_SHARE = 0.5
"""How often a set that says numbers says "two of the …" where there are more than two."""


def for_all(draw: Draw) -> Goal | None:
    """Return the same thing to do with several objects."""
    specs = draw.scene.specs
    groups = [
        (many, indices)
        for many, indices in describe_groups(draw.scene)
        if _are_alike([specs[i] for i in indices])
    ]
    targets = {i for _, indices in groups for i in indices}
    if not targets:
        return None
    for example, bound in islice(draw.lasting_atoms(draw.scene, targets), LOOKED_AT):
        (target,) = bound.named(draw.scene)["target"]
        for g in draw.rng.permutation(len(groups)).tolist():
            many, indices = groups[g]
            if target not in indices:
                continue
            goal = _with_target(example, _how_many(many, draw))
            if _is_possible(goal, draw):
                return goal
    return None


def _are_alike(specs: Sequence[ObjectSpec]) -> bool:
    """Whether there may be something that can be done with each: all can be moved, or opened."""
    if all(spec.movable for spec in specs):
        return True
    return specs[0].joint is not None and len({spec.kind for spec in specs}) == 1


def _how_many(many: Many, draw: Draw) -> Many:
    n = len(find(many, draw.scene).sure)
    if not draw.instruction_set.says_numbers:
        return many
    if n > 2 and draw.chance(SOME_SHARE):
        return replace(many, number=int(draw.rng.integers(2, n)), every=False)
    return replace(many, number=n)


def _with_target(example: Atom, many: Many) -> ForAll:
    return ForAll(replace(example, target=many))


def _is_possible(goal: ForAll, draw: Draw) -> bool:
    try:
        goal.check(draw.scene)
    except InstructionError:
        return False
    # The example may be allowed, and another of the things not.
    if not draw.instruction_set.matches(goal.each, draw.scene):
        return False
    (stage,) = goal.stages(draw.scene)
    return stage.is_feasible(draw.scene) and comes_true(stage, draw.scene)

"""Draws what depends on a thing that is there, or is not."""

from itertools import islice

from vlsim.goals import Goal, If
from vlsim.referring.ref import Ref
from vlsim.scenarios.draw import Draw
from vlsim.world.things import COLORS, KINDS

THERE_SHARE = 0.5
"""How often the thing that a condition is about is there."""
NEGATED_SHARE = 0.25
"""How often a condition is that there is no such thing."""
COLOR_SHARE = 0.5
"""How often the colour of a thing that is there is said."""
OTHERWISE_SHARE = 0.7
"""How often a condition that is true has an "otherwise"."""


def condition(draw: Draw) -> Goal | None:
    """Return what depends on a thing that is there, or is not."""
    goals = [goal for goal, _ in islice(draw.atoms(draw.scene, draw.names), 2)]
    if len(goals) < 2:
        return None
    is_there, negated = draw.chance(THERE_SHARE), draw.chance(NEGATED_SHARE)
    ref = _a_thing(draw, is_there=is_there)
    if ref is None:
        return None
    if is_there != negated and not draw.chance(OTHERWISE_SHARE):
        return If(ref, negated, goals[0])
    return If(ref, negated, goals[0], goals[1])


def _a_thing(draw: Draw, *, is_there: bool) -> Ref | None:
    specs = draw.scene.specs
    if is_there:
        spec = specs[int(draw.rng.integers(len(specs)))]
        return Ref(spec.kind, spec.color if draw.chance(COLOR_SHARE) else None)
    kinds = sorted({spec.kind for spec in specs if KINDS[spec.kind].movable})
    absent = [
        Ref(kind, color)
        for kind in kinds
        for color in COLORS
        if not any((spec.kind, spec.color) == (kind, color) for spec in specs)
    ]
    return absent[int(draw.rng.integers(len(absent)))] if absent else None

"""Draws two things to do that are true together when both are done."""

from itertools import islice

from vlsim.goals import And, Goal
from vlsim.scenarios.draw import LOOKED_AT, Draw, comes_true


def both(draw: Draw) -> Goal | None:
    """Return two things about different targets that are true together when both are done."""
    offer = next(draw.lasting_atoms(draw.scene), None)
    if offer is None:
        return None
    first, first_bound = offer
    then = first_bound.expected(draw.scene)
    taken = set(first_bound.named(draw.scene)["target"])
    others = set(range(len(then.specs))) - taken
    for second, bound in islice(draw.lasting_atoms(then, others), LOOKED_AT):
        if any(taken.intersection(indices) for indices in bound.named(draw.scene).values()):
            continue
        if comes_true(And((first_bound, bound)), draw.scene):
            return And((first, second))
    return None

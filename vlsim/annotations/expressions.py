"""Words that name one thing of a picture and no other."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from vlsim.annotations.annotation import Expression
from vlsim.annotations.wording import Wording
from vlsim.referring.describe import (
    describe_by_comparison,
    describe_by_negation,
    describe_by_place,
    describe_by_rank,
    describe_verbose,
)
from vlsim.referring.ref import Ref
from vlsim.referring.relations import LIES_THERE, SIDES
from vlsim.world import SceneState

RELATIONS = (*SIDES, *LIES_THERE, "holding")
TRIES = 4
"""Expressions that are tried for each one that is wanted."""


class Way(NamedTuple):
    """A way to name a thing."""

    share: float
    """How often it is tried."""
    describe: Callable[[SceneState, int, np.random.Generator], Ref | None]
    nested: bool = False


WAYS: Mapping[str, Way] = {
    "looks": Way(0.35, describe_verbose),
    "place": Way(0.2, lambda scene, i, rng: describe_by_place(scene, i, RELATIONS, rng)),
    "nested": Way(
        0.2,
        lambda scene, i, rng: describe_by_place(
            scene, i, RELATIONS, rng, landmark_relations=RELATIONS
        ),
        nested=True,
    ),
    "rank": Way(0.1, describe_by_rank),
    "negation": Way(0.1, describe_by_negation),
    "comparison": Way(0.05, describe_by_comparison),
}
"""How things are named."""


def draw_expressions(
    scene: SceneState, rng: np.random.Generator, count: int, *, only_nested: bool = False
) -> tuple[Expression, ...]:
    """Return up to `count` different expressions; what cannot be named in a way is left out.

    Args:
        scene: What is seen.
        rng: Decides things, ways and words.
        count: How many.
        only_nested: Whether all are of the kind "the cube behind the bowl that holds the ball".
    """
    ways = [way for way in WAYS.values() if way.nested or not only_nested]
    shares = np.array([way.share for way in ways])
    bounds = np.cumsum(shares / shares.sum())
    found: dict[str, Expression] = {}
    for _ in range(TRIES * count if scene.specs else 0):
        if len(found) == count:
            break
        way = ways[min(int(np.searchsorted(bounds, rng.random())), len(ways) - 1)]
        index = int(rng.integers(len(scene.specs)))
        ref = way.describe(scene, index, rng)
        if ref is not None:
            said = Wording(scene, rng).the(ref)
            expression = Expression(said.text, index, way.nested, tuple(said.phrases))
            found.setdefault(said.text, expression)
    return tuple(found.values())

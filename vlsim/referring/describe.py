"""From a thing to the phrases that name it."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from vlsim.referring.lexicon import NUMBER_WORDS, SIDE_WORDS
from vlsim.referring.ref import Many, Rank, Ref, Relation
from vlsim.referring.relations import COMPARATIVES, ORDERS, holds
from vlsim.referring.resolve import _shows_materials, names_clearly
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

COLOR_SHARE = 0.5
"""Share of verbose descriptions that name the colour whether or not it is needed."""
SIZE_SHARE = 0.2
"""Share of verbose descriptions that name the size whether or not it is needed."""
MATERIAL_SHARE = 0.3
"""Share of verbose descriptions that name the material anyway, where not everything is plain."""
BARE_SHARE = 0.1
"""Share of verbose descriptions that say "object" instead of the kind, where that is unique."""
RANKS = tuple(
    Rank(order, place) for order in ORDERS for place in ((1, 2, 3) if order in SIDE_WORDS else (1,))
)
"""Superlatives and ordinals that descriptions draw from."""


def describe(scene: SceneState, index: int) -> Ref | None:
    """Return the shortest phrase that names object `index` and no other, None if there is none.

    The head noun is always said. Of two equally short phrases the one with the colour wins: that is
    the preference order kind, colour, size, material of Dale and Reiter's incremental algorithm
    (1995), which however would keep a colour that a later size makes superfluous. Where everything
    is plain, nobody says so.

    >>> from vlsim.world.state import resting_scene
    >>> specs = (ObjectSpec("cube", "red"), ObjectSpec("cube", "blue"), ObjectSpec("bowl", "blue"))
    >>> scene = resting_scene(specs, np.zeros((3, 2)), np.zeros(3))
    >>> [str(describe(scene, i)) for i in range(3)]
    ['the red cube', 'the blue cube', 'the bowl']
    """
    spec = scene.specs[index]
    return _shortest(scene.specs, spec, spec.kind)


def describe_verbose(scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
    """Return a phrase that names object `index` alone as people do: often with more than it needs.

    Colour and size are added and the kind is dropped at the shares given above, so that a policy
    trained on these phrases has met every content word. None if no phrase is unique.
    """
    spec = scene.specs[index]
    add_material = _shows_materials(scene.specs) and rng.random() < MATERIAL_SHARE
    add_color, add_size, bare = (
        rng.random() < share for share in (COLOR_SHARE, SIZE_SHARE, BARE_SHARE)
    )
    ref = _shortest(scene.specs, spec, None) if bare else None
    ref = ref or _shortest(scene.specs, spec, spec.kind)
    if ref is None:
        return None
    return Ref(
        ref.kind,
        spec.color if add_color else ref.color,
        spec.size if add_size else ref.size,
        material=spec.material if add_material else ref.material,
    )


def describe_by_place(
    scene: SceneState,
    index: int,
    relations: Sequence[str],
    rng: np.random.Generator,
    *,
    landmark_relations: Sequence[str] = (),
    besides: int | None = None,
) -> Ref | None:
    """Return a phrase that says where object `index` is, such as "the cube behind the bowl".

    The relation decides: without it, the phrase would fit something else too. None if no phrase
    does that.

    Args:
        scene: The facts.
        index: The object.
        relations: Names in `RELATIONS` with one landmark.
        rng: Decides between phrases.
        landmark_relations: The same for the landmark, which is called by where it is, too; without
            any, it is called by its looks.
        besides: An object that is no landmark.
    """
    head = _head(scene, index)
    ways = [
        (name, landmark)
        for name in relations
        for landmark in range(len(scene.specs))
        if landmark not in (index, besides) and holds(name, scene, index, (landmark,))
    ]
    for way in rng.permutation(len(ways)).tolist():
        name, landmark = ways[way]
        there = (
            describe_by_place(scene, landmark, landmark_relations, rng, besides=index)
            if landmark_relations
            else describe(scene, landmark)
        )
        if there is not None:
            ref = replace(head, relation=Relation(name, (there,)))
            if names_clearly(ref, scene, index):
                return ref
    return None


def describe_by_rank(scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
    """Return a phrase with a superlative or an ordinal, such as "the second ball from the left".

    Something else has the same kind, or "the leftmost object" is said. None if there is none.
    """
    head = _head(scene, index)
    for r in rng.permutation(len(RANKS)).tolist():
        ref = replace(head, rank=RANKS[r])
        if names_clearly(ref, scene, index):
            return ref
    return None


def describe_by_negation(scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
    """Return a phrase that says what object `index` is not, such as "the cube that is not red"."""
    others = [
        spec
        for i, spec in enumerate(scene.specs)
        if i != index and spec.kind == scene.specs[index].kind
    ]
    wrong = [Ref(None, color) for color in sorted({spec.color for spec in others})]
    for w in rng.permutation(len(wrong)).tolist():
        ref = Ref(scene.specs[index].kind, unlike=wrong[w])
        if names_clearly(ref, scene, index):
            return ref
    return None


def describe_by_comparison(scene: SceneState, index: int, rng: np.random.Generator) -> Ref | None:
    """Return a phrase that compares object `index` with another of its kind: "the larger cube".

    With the colour there may be more of the kind, as long as two share it. None if nothing fits.
    """
    spec = scene.specs[index]
    heads = [Ref(spec.kind), Ref(spec.kind, spec.color)]
    ways = [replace(head, rank=Rank(order)) for head in heads for order in COMPARATIVES]
    clear = [ref for ref in ways if names_clearly(ref, scene, index)]
    return clear[int(rng.integers(len(clear)))] if clear else None


def describe_by_material(scene: SceneState, index: int) -> Ref | None:
    """Return a phrase in which the material decides, such as "the wooden cube", None if none does.

    The colour is said too where two things of that material and kind differ in it.
    """
    spec = scene.specs[index]
    for head in (Ref(spec.kind), Ref(spec.kind, spec.color)):
        ref = replace(head, material=spec.material)
        if names_clearly(ref, scene, index) and not names_clearly(head, scene, index):
            return ref
    return None


def describe_groups(scene: SceneState) -> list[tuple[Many, tuple[int, ...]]]:
    """Return phrases in the plural, each with the two to five objects that it names.

    They say a kind, a colour, both, or nothing. Of two phrases that name the same objects only the
    first one is among them.
    """
    found: dict[tuple[int, ...], Many] = {}
    for kind, color in [
        *((kind, None) for kind in sorted({spec.kind for spec in scene.specs})),
        *((None, color) for color in sorted({spec.color for spec in scene.specs})),
        *sorted({(spec.kind, spec.color) for spec in scene.specs}),
        (None, None),
    ]:
        indices = tuple(
            i
            for i, spec in enumerate(scene.specs)
            if kind in (None, spec.kind) and color in (None, spec.color)
        )
        if 2 <= len(indices) <= len(NUMBER_WORDS) and indices not in found:
            found[indices] = Many(kind, color)
    return [(ref, indices) for indices, ref in found.items()]


def _head(scene: SceneState, index: int) -> Ref:
    """Return the kind of an object, or any kind if that alone would name it."""
    ref = Ref(scene.specs[index].kind)
    return Ref(None) if names_clearly(ref, scene, index) else ref


@lru_cache(maxsize=256)
def _shortest(specs: tuple[ObjectSpec, ...], spec: ObjectSpec, kind: str | None) -> Ref | None:
    attributes = ("color", "size", "material") if _shows_materials(specs) else ("color", "size")
    rivals = [other for other in specs if kind in (None, other.kind)]
    for length in range(len(attributes) + 1):
        for said in itertools.combinations(attributes, length):
            wanted = {name: getattr(spec, name) for name in said}
            fitting = (
                all(getattr(other, name) == value for name, value in wanted.items())
                for other in rivals
            )
            if sum(fitting) == 1:
                return Ref(kind, **wanted)
    return None

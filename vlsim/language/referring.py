"""Referring expressions: from words to the objects they name, and from an object to its words."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from vlsim.errors import InstructionError
from vlsim.language.lexicon import NUMBER_WORDS, SIDE_WORDS
from vlsim.language.ref import Bound, BoundMany, Many, Rank, Ref, Relation
from vlsim.language.relations import COMPARATIVES, ORDERS, holds, in_order
from vlsim.world import SceneState
from vlsim.world.things import PLAIN, ObjectSpec

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

TELLING = (
    *(("kind",), ("color",), ("size",), ("material",), ("color", "kind")),
    *(("size", "color", "kind"), ("size", "color", "material", "kind")),
)
"""What things are told apart by in questions: the first of these that does."""


@dataclass(frozen=True)
class Found:
    """The objects that a phrase fits in a scene: for sure, and perhaps."""

    sure: tuple[int, ...]
    unsure: tuple[int, ...] = ()


# Goals resolve their phrases at every simulator step, and phrases that say no place always for the
# same few specs. Scenes are equal only to themselves, so no cached answer can be about another.
@lru_cache(maxsize=256)
def _plain(ref: Ref, specs: tuple[ObjectSpec, ...]) -> tuple[int, ...]:
    return tuple(i for i, spec in enumerate(specs) if ref.matches(spec))


def find(ref: Ref, scene: SceneState) -> Found:
    """Return the objects that `ref` fits.

    Raises:
        InstructionError: If a landmark in it names nothing or more than one thing, or it compares
            other than two things.
    """
    if isinstance(ref, Bound):
        return Found((ref.index,))
    if ref.is_plain:
        return Found(_plain(ref, scene.specs))
    return _find_placed(ref, scene)


@lru_cache(maxsize=128)
def _find_placed(ref: Ref, scene: SceneState) -> Found:
    sure = [i for i, spec in enumerate(scene.specs) if ref.matches(spec)]
    unsure: list[int] = []
    if ref.relation is not None:
        landmarks = tuple(resolve_one(landmark, scene) for landmark in ref.relation.landmarks)
        verdicts = {
            i: holds(ref.relation.name, scene, i, landmarks) for i in sure if i not in landmarks
        }
        sure = [i for i, verdict in verdicts.items() if verdict]
        unsure = [i for i, verdict in verdicts.items() if verdict is None]
    if ref.rank is None:
        return Found(tuple(sure), tuple(unsure))
    if unsure:
        return Found((), (*sure, *unsure))
    order = ref.rank.order
    if order in COMPARATIVES and len(sure) not in (0, 2):
        count = "one fits" if len(sure) == 1 else f"{len(sure)} fit"
        raise InstructionError(
            f"'{ref}' compares two things, but {count}: {_listing(scene, tuple(sure))}; say "
            f"'{replace(ref, rank=Rank(COMPARATIVES[order]))}'."
        )
    passed = 0
    for group in in_order(COMPARATIVES.get(order, order), scene, tuple(sure)):
        if passed + len(group) >= ref.rank.place:
            return Found(tuple(group)) if len(group) == 1 else Found((), tuple(group))
        passed += len(group)
    return Found(())


def resolve_one(ref: Ref, scene: SceneState) -> int:
    """Return the index of the one object that `ref` names.

    Raises:
        InstructionError: If it names nothing, or more than one thing; the message lists them.
    """
    if isinstance(ref, Bound):
        return ref.index
    found = find(ref, scene)
    indices = tuple(sorted((*found.sure, *found.unsure)))
    if len(indices) == 1:
        return indices[0]
    if not indices:
        here = _listing(scene, tuple(range(len(scene.specs)))) or "nothing"
        raise InstructionError(f"'{ref}' names nothing; the scene holds {here}.")
    count = "two" if len(indices) == 2 else str(len(indices))
    verb = "could mean" if found.unsure else "names"
    which = _which([scene.specs[i] for i in indices])
    raise InstructionError(f"'{ref}' {verb} {count} things. {which}")


def _which(specs: Sequence[ObjectSpec]) -> str:
    """Return the question which of these is meant, with as few words as tell them apart.

    >>> _which([ObjectSpec("bowl", "red"), ObjectSpec("bowl", "blue")])
    'Which bowl: the red one or the blue one?'
    """
    kinds = {spec.kind for spec in specs}
    noun = kinds.pop() if len(kinds) == 1 else None
    for parts in TELLING:
        used = [part for part in parts if part != "kind" or noun is None]
        names = [" ".join(str(getattr(spec, part)) for part in used) for spec in specs]
        if len(set(names)) == len(specs):
            ones = [f"the {name}" + ("" if "kind" in used else " one") for name in names]
            return f"Which {noun or 'one'}: {', '.join(ones[:-1])} or {ones[-1]}?"
    thing = noun or "object"
    return f"They look alike; say where it is, such as 'the leftmost {thing}'."


def resolve_all(many: Many, scene: SceneState) -> tuple[int, ...]:
    """Return the indices of the objects that a phrase in the plural fits, in ascending order.

    Of "two of the cubes" these are all cubes; any two of them will do.

    Raises:
        InstructionError: If it names fewer things than it says (two without a number), other than
            the number that it says, or if some could be meant or not; the message lists them.
    """
    if isinstance(many, BoundMany):
        return many.indices
    found = find(many, scene)
    n, least = len(found.sure), many.number or 2
    if not found.unsure and n >= least and not (many.every and many.number not in (None, n)):
        return found.sure
    here = _listing(scene, found.sure) or "nothing"
    if found.unsure:
        raise InstructionError(
            f"'{many}' names {here}, and could also mean {_listing(scene, found.unsure)}; "
            "say which by colour or size."
        )
    raise InstructionError(f"'{many}' should be {_wanted(many)}; in the scene it fits {here}.")


def _wanted(many: Many) -> str:
    if many.every and many.number is not None:
        return f"{many.number} things"
    return f"{many.number or 2} things or more"


def names_clearly(ref: Ref, scene: SceneState, index: int) -> bool:
    """Whether `ref` names this object and no other, with nothing hard to say about it."""
    try:
        return find(ref, scene) == Found((index,))
    except InstructionError:
        return False


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


def _shows_materials(specs: tuple[ObjectSpec, ...]) -> bool:
    return any(spec.material != PLAIN for spec in specs)


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


def _listing(scene: SceneState, indices: tuple[int, ...]) -> str:
    shown = _shows_materials(scene.specs)
    names = [
        str(Ref(s.kind, s.color, s.size, material=s.material if shown else None))
        for s in (scene.specs[i] for i in indices)
    ]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

"""Referring expressions: from words to the objects they name, and from an object to its words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from vlsim.errors import InstructionError
from vlsim.referring.ref import Bound, BoundMany, Many, Rank, Ref
from vlsim.referring.relations import COMPARATIVES, holds, in_order
from vlsim.world import SceneState
from vlsim.world.things import PLAIN, ObjectSpec

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


def _shows_materials(specs: tuple[ObjectSpec, ...]) -> bool:
    return any(spec.material != PLAIN for spec in specs)


def _listing(scene: SceneState, indices: tuple[int, ...]) -> str:
    shown = _shows_materials(scene.specs)
    names = [
        str(Ref(s.kind, s.color, s.size, material=s.material if shown else None))
        for s in (scene.specs[i] for i in indices)
    ]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

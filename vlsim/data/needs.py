"""Which objects a scene needs so that the phrases of a goal can name one each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vlsim.language.goals import Goal, Ref
from vlsim.language.ref import Many
from vlsim.language.sets.base import is_held_out
from vlsim.world import COLORS, SIZES, ObjectSpec

TRIES = 40
"""How often the objects of a goal are drawn until they fit it."""
BY_SIZE = {"largest": "large", "smallest": "small"}
"""Orders that a size decides, with the size of the first."""


def named(goal: Goal) -> Iterator[Ref]:
    """Yield every phrase of a goal once, the target's first, and those within them."""
    waiting = [getattr(atom, slot) for atom in goal.atoms for slot in atom.slots]
    found: list[Ref] = []
    while waiting:
        ref = waiting.pop(0)
        if ref not in found:
            found.append(ref)
            yield ref
        waiting += ref.relation.landmarks if ref.relation else ()


@dataclass(frozen=True)
class Needs:
    """What a scene needs for a goal, the target first, and what else would make its words count."""

    named: tuple[ObjectSpec, ...] = ()
    others: tuple[ObjectSpec, ...] = ()

    def of(self, kinds: Sequence[str], most: int) -> list[ObjectSpec]:
        """Return what is of these kinds: all that is named, and others as long as there is room."""
        named, others = (
            [spec for spec in specs if spec.kind in kinds] for specs in (self.named, self.others)
        )
        return [*named, *others[: max(0, most - len(named))]]


def needs(goal: Goal, kinds: Sequence[str], rng: np.random.Generator) -> Needs | None:
    """Return different objects for all phrases of a goal, and others that they tell apart.

    What a phrase leaves open is drawn; training's pairs of kind and colour are preferred. "The
    leftmost cube" gets another cube beside it, or the words would not matter.

    Args:
        goal: What is asked for.
        kinds: Kinds that may stand in the scene.
        rng: Decides.

    Returns:
        The objects, or None if none are found.
    """
    for _ in range(TRIES):
        specs: list[ObjectSpec] = []
        others: list[ObjectSpec] = []
        first: dict[Ref, ObjectSpec] = {}
        for ref in named(goal):
            for _ in range((ref.number or 2) if isinstance(ref, Many) else 1):
                spec = _drawn(ref, kinds, specs, rng)
                if spec is None:
                    return None
                specs.append(spec)
                first.setdefault(ref, spec)
            others += _others(ref, first[ref], kinds, specs, rng)
        if all(
            atom.misfit({slot: first[getattr(atom, slot)] for slot in atom.slots}) is None
            for atom in goal.atoms
        ):
            return Needs(tuple(specs), tuple(spec for spec in others if spec not in specs))
    return None


def _drawn(
    ref: Ref, kinds: Sequence[str], taken: Sequence[ObjectSpec], rng: np.random.Generator
) -> ObjectSpec | None:
    """Return an object that a phrase fits by its looks, and that is not there yet."""
    if ref.size is None and ref.rank and ref.rank.order in BY_SIZE:
        ref = replace(ref, size=BY_SIZE[ref.rank.order])
    every = (
        ObjectSpec(kind, color, size)
        for kind in ([ref.kind] if ref.kind else kinds)
        for color in ([ref.color] if ref.color else COLORS)
        for size in ([ref.size] if ref.size else SIZES)
    )
    fitting = [spec for spec in every if ref.matches(spec) and spec not in taken]
    trained = [spec for spec in fitting if not is_held_out(spec)]
    choices = trained or fitting
    return choices[int(rng.integers(len(choices)))] if choices else None


def _others(
    ref: Ref,
    spec: ObjectSpec,
    kinds: Sequence[str],
    taken: Sequence[ObjectSpec],
    rng: np.random.Generator,
) -> list[ObjectSpec]:
    """Return what a phrase would name too, but for its negation, relation or rank."""
    found: list[ObjectSpec] = []
    if ref.unlike is not None:
        no = ref.unlike
        like = Ref(no.kind or ref.kind, no.color or ref.color, no.size or ref.size)
    elif ref.rank is not None or ref.relation is not None:
        like = replace(ref, relation=None, rank=None)
    else:
        return found
    for _ in range(max(1, (ref.rank.place if ref.rank else 1) - 1)):
        if ref.rank and ref.rank.order in BY_SIZE:
            sizes = [size for size in SIZES if size != spec.size]
            like = replace(like, size=sizes[int(rng.integers(len(sizes)))])
        other = _drawn(like, kinds, [*taken, *found], rng)
        if other is not None:
            found.append(other)
    return found

"""Which objects a scene needs so that the phrases of a goal can name one each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vlsim.goals import Goal
from vlsim.instruction_sets.base import is_held_out
from vlsim.referring.ref import Many, Ref
from vlsim.referring.relations import LIES_THERE
from vlsim.world.things import COLORS, KINDS, PLAIN, SIZES, ObjectSpec

TRIES = 40
"""How often the objects of a goal are drawn until they fit it."""


def named(goal: Goal) -> Iterator[Ref]:
    """Yield every phrase of a goal once, the target's first, and those within them."""
    waiting = [getattr(atom, slot) for atom in goal.atoms for slot in atom.slots]
    refs: list[Ref] = []
    while waiting:
        ref = waiting.pop(0)
        if ref not in refs:
            refs.append(ref)
            yield ref
        waiting += ref.relation.landmarks if ref.relation else ()


def are_met(goal: Goal, specs: Sequence[ObjectSpec]) -> bool:
    """Whether these objects are what the phrases of a goal name, by their looks.

    What "the leftmost cube" says more than "the cube" has to matter: there must be another one.
    """
    return all(_is_met(ref, specs) for ref in named(goal))


def _is_met(ref: Ref, specs: Sequence[ObjectSpec]) -> bool:
    number = sum(map(ref.matches, specs))
    if isinstance(ref, Many):
        return number >= (ref.number or 2)
    if ref.rank is not None or ref.relation is not None:
        return number >= max(2, ref.rank.place if ref.rank else 1)
    return number == 1 and (ref.unlike is None or any(map(_excluded(ref).matches, specs)))


def loads(goal: Goal) -> Iterator[tuple[Ref, Ref]]:
    """Yield the phrases of which a goal says that the first lies in or on the second, by looks."""
    for ref in named(goal):
        if ref.relation is not None:
            (first, *_), looks = ref.relation.landmarks, replace(ref, relation=None)
            landmark = replace(first, relation=None)
            if ref.relation.name in LIES_THERE:
                yield looks, landmark
            elif ref.relation.name == "holding":
                yield landmark, looks


@dataclass(frozen=True)
class Needs:
    """What a scene needs for a goal."""

    named: tuple[ObjectSpec, ...] = ()
    """What the phrases of the goal name, the target first."""
    others: tuple[ObjectSpec, ...] = ()
    """What else would make its words count."""
    loads: tuple[tuple[Ref, Ref], ...] = ()
    """Things that lie in or on a place, each with that place, by their looks."""

    def of(self, kinds: Sequence[str], most: int) -> list[ObjectSpec]:
        """Return what is of these kinds: all that is named, and others as long as there is room."""
        named, others = (
            [spec for spec in specs if spec.kind in kinds] for specs in (self.named, self.others)
        )
        return [*named, *others[: max(0, most - len(named))]]


NOTHING = Needs()
"""A scene for any goal."""


@dataclass(frozen=True)
class Looks:
    """What the objects of a task look like where words leave it open."""

    kinds: tuple[str, ...]
    sizes: tuple[str, ...]
    materials: tuple[str, ...]

    def show(self, ref: Ref) -> bool:
        """Whether training shows something that a phrase fits."""
        every = self._specs(Ref(None))
        return any(ref.matches(spec) and not is_held_out(spec) for spec in every)

    def draw(
        self, ref: Ref, taken: Sequence[ObjectSpec], rng: np.random.Generator
    ) -> ObjectSpec | None:
        """Return an object that a phrase fits by its looks, and that is not there yet.

        Only what the phrase names may be what training never shows.
        """
        fitting = [s for s in self._specs(ref) if ref.matches(s) and s not in taken]
        trained = [spec for spec in fitting if not is_held_out(spec)]
        choices = trained or fitting
        return choices[int(rng.integers(len(choices)))] if choices else None

    def _specs(self, ref: Ref) -> Iterator[ObjectSpec]:
        """Yield every object with the attributes that a phrase names, and all others as here."""
        for kind in [ref.kind] if ref.kind else self.kinds:
            materials = (ref.material,) if ref.material else self.materials
            for color in [ref.color] if ref.color else COLORS:
                for size in [ref.size] if ref.size else self.sizes:
                    for material in (PLAIN,) if KINDS[kind].joint else materials:
                        yield ObjectSpec(kind, color, size, material)


def needs(goal: Goal, looks: Looks, rng: np.random.Generator) -> Needs | None:
    """Return different objects for all phrases of a goal, and others that they tell apart.

    "The leftmost cube" gets another cube beside it, or the words would not matter.

    Args:
        goal: What is asked for.
        looks: What the objects of the task look like.
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
                spec = looks.draw(_sized(ref, looks), specs, rng)
                if spec is None:
                    return None
                specs.append(spec)
                first.setdefault(ref, spec)
            others += _others(ref, first[ref], looks, specs, rng)
        if all(
            atom.misfit({slot: first[getattr(atom, slot)] for slot in atom.slots}) is None
            for atom in goal.atoms
        ):
            besides = tuple(spec for spec in others if spec not in specs)
            return Needs(tuple(specs), besides, tuple(loads(goal)))
    return None


def _sized(ref: Ref, looks: Looks) -> Ref:
    """Return the phrase with the size that "largest" or "smallest" means among those drawn."""
    sizes = sorted(looks.sizes, key=SIZES.__getitem__)
    ends = {"largest": sizes[-1], "smallest": sizes[0]}
    if ref.size is None and ref.rank and ref.rank.order in ends:
        return replace(ref, size=ends[ref.rank.order])
    return ref


def _others(
    ref: Ref,
    spec: ObjectSpec,
    looks: Looks,
    taken: Sequence[ObjectSpec],
    rng: np.random.Generator,
) -> list[ObjectSpec]:
    """Return what a phrase would name too, but for its negation, relation or rank."""
    others: list[ObjectSpec] = []
    if ref.unlike is not None:
        like = _excluded(ref)
    elif ref.rank is not None or ref.relation is not None:
        like = replace(ref, relation=None, rank=None)
    else:
        return others
    if _sized(ref, looks) != ref and len(looks.sizes) > 1:
        looks = replace(looks, sizes=tuple(size for size in looks.sizes if size != spec.size))
    for _ in range(max(1, (ref.rank.place if ref.rank else 1) - 1)):
        other = looks.draw(like, [*taken, *others], rng)
        if other is not None:
            others.append(other)
    return others


def _excluded(ref: Ref) -> Ref:
    """Return a phrase for what "the cube that is not red" is not: a red cube."""
    no = ref.unlike
    assert no is not None
    return Ref(
        no.kind or ref.kind,
        no.color or ref.color,
        no.size or ref.size,
        material=no.material or ref.material,
    )

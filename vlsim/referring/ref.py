"""Noun phrases as data: which objects a phrase may mean."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from vlsim.converter import read_inner, reads
from vlsim.errors import InvalidValueError
from vlsim.reader import read_as
from vlsim.referring.lexicon import (
    ARTICLE,
    COLOR_WORDS,
    COMPARATIVE_WORDS,
    MATERIAL_WORDS,
    NOUNS,
    NUMBER_WORDS,
    OF_THE_TWO,
    ORDINAL_WORDS,
    RELATION_WORDS,
    SIDE_WORDS,
    SIZE_WORDS,
    SUPERLATIVE_WORDS,
    plural,
)
from vlsim.referring.relations import COMPARATIVES, ORDERS, RELATIONS
from vlsim.world.things import COLORS, KINDS, MATERIALS, SIZES, ObjectSpec


@dataclass(frozen=True)
class Ref:
    """A noun phrase: the objects that it fits.

    >>> Ref("cube", "red").matches(ObjectSpec("cube", "red", "large"))
    True
    >>> str(Ref(None, "red", "small"))
    'the small red object'
    >>> str(Ref("cube", relation=Relation("behind", (Ref("bowl", rank=Rank("left")),))))
    'the cube behind the leftmost bowl'

    Args:
        kind: One of `world.KINDS`, or None for any ("object", "thing").
        color: One of `world.COLORS`, or None for any.
        size: One of `world.SIZES`, or None for any.
        unlike: What it is not: an attribute alone, such as `Ref(None, "red")`.
        relation: Where it is.
        rank: Which one of those that all the rest fits.
        material: One of `world.MATERIALS`, or None for any.
    """

    kind: str | None
    color: str | None = None
    size: str | None = None
    unlike: "Ref | None" = None
    relation: "Relation | None" = None
    rank: "Rank | None" = None
    material: str | None = None

    def __post_init__(self) -> None:
        """Refuse names that do not exist, and a negation of more than one attribute."""
        for value, known in (
            (self.kind, KINDS),
            (self.color, COLORS),
            (self.size, SIZES),
            (self.material, MATERIALS),
        ):
            if value is not None and value not in known:
                raise InvalidValueError(f"'{value}' is none of {', '.join(known)}.")
        if self.unlike is not None and len(_attributes(self.unlike)) != 1:
            raise InvalidValueError(
                f"Only one kind, colour, size or material can be negated, got '{self.unlike}'."
            )

    @property
    def is_plain(self) -> bool:
        """Whether looks alone decide, not places."""
        return self.relation is None and self.rank is None

    def __str__(self) -> str:
        """Return the canonical noun phrase."""
        return " ".join(self.words(None))

    def matches(self, spec: ObjectSpec) -> bool:
        """Whether kind, colour, size and material fit an object."""
        return (
            self.kind in (None, spec.kind)
            and self.color in (None, spec.color)
            and self.size in (None, spec.size)
            and self.material in (None, spec.material)
            and (self.unlike is None or not self.unlike.matches(spec))
        )

    def words(self, rng: np.random.Generator | None) -> list[str]:
        """Return the noun phrase with synonyms drawn by `rng`, or the canonical one without."""
        words = [ARTICLE, *self._looks(rng)]
        if self.rank is not None:
            words = self.rank.around(words, rng)
        if self.unlike is not None:
            words += ["that", "is", "not", *_said_of(self.unlike, rng)]
        if self.relation is not None:
            words += self.relation.words(rng)
        return words

    def _looks(self, rng: np.random.Generator | None) -> list[str]:
        """Return size, colour, material and noun."""
        choices = [NOUNS[self.kind]]
        if self.material is not None:
            choices.insert(0, MATERIAL_WORDS[self.material])
        if self.color is not None:
            choices.insert(0, COLOR_WORDS[self.color])
        if self.size is not None:
            choices.insert(0, SIZE_WORDS[self.size])
        return [_drawn(word, rng) for word in choices]

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` turns into an equal phrase."""
        data: dict[str, Any] = {"kind": self.kind, "color": self.color, "size": self.size}
        if self.material is not None:
            data["material"] = self.material
        if self.unlike is not None:
            data["unlike"] = self.unlike.to_json()
        if self.relation is not None:
            landmarks = [landmark.to_json() for landmark in self.relation.landmarks]
            data["relation"] = {"name": self.relation.name, "landmarks": landmarks}
        if self.rank is not None:
            data["rank"] = {"order": self.rank.order, "place": self.rank.place}
        return data

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Ref":
        """Build the phrase that `to_json` wrote.

        Raises:
            InvalidValueError: If a field is missing, unknown or of the wrong kind, or a name does
                not exist; says where.
        """
        return read_as(Ref, data, "A phrase")


@dataclass(frozen=True)
class Relation:
    """Where something is: a name in `RELATIONS` and the things that it is related to."""

    name: str
    landmarks: tuple[Ref, ...]

    def __post_init__(self) -> None:
        """Refuse a relation that does not exist or lacks a landmark."""
        if self.name not in RELATIONS:
            raise InvalidValueError(f"'{self.name}' is none of {', '.join(RELATIONS)}.")
        if len(self.landmarks) != RELATIONS[self.name][0]:
            raise InvalidValueError(
                f"'{self.name}' relates to {RELATIONS[self.name][0]}, got {len(self.landmarks)}."
            )

    def words(self, rng: np.random.Generator | None) -> list[str]:
        """Return what follows the noun, such as "behind the bowl"."""
        first, *others = self.landmarks
        words = [*_drawn(RELATION_WORDS[self.name], rng).split(), *first.words(rng)]
        for other in others:
            words += ["and", *other.words(rng)]
        return words


@dataclass(frozen=True)
class Rank:
    """Which one in an order: "leftmost" is ("left", 1), "third from the left" ("left", 3).

    Args:
        order: One of `ORDERS`, or of `COMPARATIVES`, which need exactly two things.
        place: From 1 on.
    """

    order: str
    place: int = 1

    def __post_init__(self) -> None:
        """Refuse an order that does not exist or has no word for that place."""
        known = (*ORDERS, *COMPARATIVES)
        if self.order not in known:
            raise InvalidValueError(f"'{self.order}' is none of {', '.join(known)}.")
        most = len(ORDINAL_WORDS) if self.order in SIDE_WORDS else 1
        if type(self.place) is not int or not 1 <= self.place <= most:
            raise InvalidValueError(
                f"A place in the order '{self.order}' is from 1 to {most}, got {self.place!r}."
            )

    def around(self, words: list[str], rng: np.random.Generator | None) -> list[str]:
        """Return the noun phrase "the …" with this rank in it."""
        article, *rest = words
        if self.order in COMPARATIVES:
            word = _drawn(COMPARATIVE_WORDS[self.order], rng)
            if rng is None or rng.random() < 0.5:
                return [article, word, *rest]
            return [article, word, *OF_THE_TWO, *rest[:-1], plural(rest[-1])]
        if self.place == 1:
            return [article, _drawn(SUPERLATIVE_WORDS[self.order], rng), *rest]
        ordinal = ORDINAL_WORDS[self.place - 1]
        return [article, ordinal, *rest, "from", "the", SIDE_WORDS[self.order]]


@dataclass(frozen=True)
class Bound(Ref):
    """A phrase that was resolved when the goal was set: it names that object, wherever it goes."""

    kind: str | None = None
    index: int = -1


@dataclass(frozen=True)
class Many(Ref):
    """A noun phrase in the plural: all the objects that it fits, or some of them.

    >>> str(Many("cube", "red")), str(Many("cube", number=2))
    ('all the red cubes', 'the two cubes')
    >>> str(Many("cube", number=2, every=False))
    'two of the cubes'

    Args:
        number: How many there are, or are enough; None for any number of them.
        every: Whether all of them are meant, not any `number`.
    """

    number: int | None = None
    every: bool = True

    def __post_init__(self) -> None:
        """Refuse a rank, a number without a word, and some without saying how many."""
        super().__post_init__()
        if self.rank is not None:
            raise InvalidValueError("A phrase in the plural has no rank.")
        least = 2 if self.every else 1
        if self.number is None and not self.every:
            raise InvalidValueError("A phrase that does not mean all needs a number.")
        if self.number is not None and (
            type(self.number) is not int or not least <= self.number <= len(NUMBER_WORDS)
        ):
            raise InvalidValueError(
                f"The number of a phrase is from {least} to {len(NUMBER_WORDS)}, "
                f"got {self.number!r}."
            )

    def words(self, rng: np.random.Generator | None) -> list[str]:
        """Return the noun phrase with synonyms drawn by `rng`, or the canonical one without."""
        *looks, noun = self._looks(rng)
        words = [*_drawn(self._openers(), rng).split(), *looks, plural(noun)]
        if self.unlike is not None:
            words += ["that", "are", "not", *_said_of(self.unlike, rng)]
        if self.relation is not None:
            words += [IN_PLURAL.get(word, word) for word in self.relation.words(rng)]
        return words

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `Ref.from_json` turns into an equal phrase."""
        many = {"number": self.number, "every": self.every}
        return {**super().to_json(), "many": many}

    def _openers(self) -> tuple[str, ...]:
        """Return what says how many, in all ways."""
        if self.number is None:
            return "all the", "all", "the"
        said = NUMBER_WORDS[self.number - 1]
        if not self.every:
            return (f"{said} of the",) if self.number == 1 else (f"{said} of the", f"any {said}")
        return ("the two", "both") if self.number == 2 else (f"the {said}", f"all {said}")


IN_PLURAL = {"is": "are", "holds": "hold", "carries": "carry"}
"""Verbs of relations, and what several things do."""


@dataclass(frozen=True)
class BoundMany(Many):
    """A plural phrase that was resolved when the goal was set."""

    kind: str | None = None
    indices: tuple[int, ...] = ()


@dataclass(frozen=True)
class _HowMany:
    """What only a phrase in the plural says."""

    number: int | None = None
    every: bool = True


@dataclass(frozen=True)
class _Written(Ref):
    """A phrase as JSON has it, in the plural or not."""

    many: _HowMany | None = None


@reads(Ref, "a phrase, which is a mapping with kind and what else it says")
def _read_ref(data: object, _: object) -> Ref:
    written: _Written = read_inner(_Written, data)
    looks = {f.name: getattr(written, f.name) for f in fields(Ref)}
    return Ref(**looks) if written.many is None else Many(**looks, **vars(written.many))


def _attributes(ref: Ref) -> tuple[str, ...]:
    values = (ref.kind, ref.color, ref.size, ref.material)
    return tuple(value for value in values if value is not None)


def _said_of(ref: Ref, rng: np.random.Generator | None) -> list[str]:
    """Return the one attribute of a negation: "red", or "a cube"."""
    if ref.kind is not None:
        return ["a", _drawn(NOUNS[ref.kind], rng)]
    if ref.color is not None:
        return [_drawn(COLOR_WORDS[ref.color], rng)]
    if ref.size is not None:
        return [_drawn(SIZE_WORDS[ref.size], rng)]
    assert ref.material is not None
    return [_drawn(MATERIAL_WORDS[ref.material], rng)]


def _drawn(choices: tuple[str, ...], rng: np.random.Generator | None) -> str:
    if rng is None or len(choices) == 1:
        return choices[0]
    return choices[int(rng.integers(len(choices)))]

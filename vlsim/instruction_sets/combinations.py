"""What the regime `full` withholds of the language that it says: combinations, never words.

Training in `full` says relations, ordinals, negations, comparatives, materials, numbers and nested
phrases. Of each kind it leaves some combinations unsaid, spread like the diagonals of a Latin
square, so that every word and every form is said in other company.
"""

from collections.abc import Callable, Iterator, Sequence

from vlsim.goals import Goal
from vlsim.language.clauses import phrases_of
from vlsim.referring.lexicon import NUMBER_WORDS
from vlsim.referring.ref import Many, Ref, Relation
from vlsim.referring.relations import COMPARATIVES, LIES_THERE, ORDERS, SIDES
from vlsim.world.things import COLORS, MATERIALS, PLAIN, TRAINED_KINDS

PLACES = ("holding", *LIES_THERE)
"""Relations of a thing to what it lies in or on, or holds."""
MADE_OF = tuple(material for material in MATERIALS if material != PLAIN)


def _is_on_diagonal(
    rows: Sequence[object], row: object, columns: Sequence[object], column: object, every: int
) -> bool:
    """Whether row and column meet on one of the diagonals, of which every so-manieth is withheld.

    >>> [_is_on_diagonal("ab", row, "xyz", column, 3) for row in "ab" for column in "xyz"]
    [False, True, False, True, False, False]
    """
    if row not in rows or column not in columns:
        return False
    return (rows.index(row) + columns.index(column)) % every == 1


def _to_landmark(ref: Ref, relation: Relation) -> bool:
    """A side of a kind of landmark: "behind the bowl"."""
    kind = relation.landmarks[0].kind
    return _is_on_diagonal(SIDES, relation.name, TRAINED_KINDS, kind, 4)


def _lying(ref: Ref, relation: Relation) -> bool:
    """A kind that lies in or on something, or is held: "the ball that is on the pad"."""
    lying = relation.landmarks[0].kind if relation.name == "holding" else ref.kind
    return _is_on_diagonal(PLACES, relation.name, TRAINED_KINDS, lying, 3)


def _twice(ref: Ref, relation: Relation) -> bool:
    """A relation to what is known by another one: "left of the ball behind the bowl"."""
    inner = relation.landmarks[0].relation
    every = (*SIDES, *PLACES)
    return inner is not None and _is_on_diagonal(SIDES, relation.name, every, inner.name, 4)


def _related(rule: Callable[[Ref, Relation], bool]) -> Callable[[Ref], bool]:
    """Return a rule about phrases that looks at their relation, if they have one."""
    return lambda ref: ref.relation is not None and rule(ref, ref.relation)


def _ranked(ref: Ref) -> bool:
    """A place in an order for a kind: "the second ball from the left"."""
    if ref.rank is None or ref.rank.order not in ORDERS:
        return False
    orders = [(order, place) for order in ORDERS for place in (1, 2, 3)]
    rank = (ref.rank.order, ref.rank.place)
    return _is_on_diagonal(orders, rank, TRAINED_KINDS, ref.kind, 4)


def _compared(ref: Ref) -> bool:
    """A comparative for a kind: "the larger cube"."""
    orders = tuple(COMPARATIVES)
    return ref.rank is not None and _is_on_diagonal(
        orders, ref.rank.order, TRAINED_KINDS, ref.kind, 3
    )


def _unlike(ref: Ref) -> bool:
    """A colour that a kind is said not to have: "the can that is not red"."""
    color = None if ref.unlike is None else ref.unlike.color
    return _is_on_diagonal(tuple(COLORS), color, TRAINED_KINDS, ref.kind, 4)


def _made_of(ref: Ref) -> bool:
    """A material for a kind: "the wooden cube"."""
    return _is_on_diagonal(MADE_OF, ref.material, TRAINED_KINDS, ref.kind, 3)


def _counted(ref: Ref) -> bool:
    """A number of a kind: "both red cubes"."""
    numbers = range(1, len(NUMBER_WORDS) + 1)
    return isinstance(ref, Many) and _is_on_diagonal(
        numbers, ref.number, TRAINED_KINDS, ref.kind, 3
    )


COMBINATIONS: dict[str, Callable[[Ref], bool]] = {
    "relation": _related(_to_landmark),
    "containment": _related(_lying),
    "nested": _related(_twice),
    "ordinal": _ranked,
    "relative-size": _compared,
    "negation": _unlike,
    "material": _made_of,
    "count": _counted,
}
"""The rule of each set of which `full` withholds combinations: whether a phrase has one."""


def combinations_in(goal: Goal) -> tuple[str, ...]:
    """Return the rules by which `full` withholds a goal; none for one that it trains."""
    phrases = [part for phrase in phrases_of(goal) for part in _with_landmarks(phrase)]
    return tuple(name for name, rule in COMBINATIONS.items() if any(map(rule, phrases)))


def _with_landmarks(ref: Ref) -> Iterator[Ref]:
    """Yield a phrase and all that stand in it."""
    yield ref
    for landmark in ref.relation.landmarks if ref.relation else ():
        yield from _with_landmarks(landmark)

"""Reads noun phrases: every way in which the words from some place on can be one.

"The cube behind the bowl" is read both as a cube that is behind a bowl and, ending earlier, as a
cube; which of them a sentence means, its other words decide (`vlsim.language.grammar`).
"""

from collections.abc import Iterator, Sequence

from vlsim.errors import InstructionError
from vlsim.language.lexicon import (
    ARTICLES,
    COLOR_OF,
    COMPARATIVE_WORDS,
    CONTENT_WORDS,
    KIND_OF,
    MATERIAL_OF,
    OF_THE_TWO,
    ORDINAL_WORDS,
    PLURALS,
    RELATION_WORDS,
    SIDE_WORDS,
    SIZE_OF,
    SUPERLATIVE_WORDS,
)
from vlsim.language.ref import Rank, Ref, Relation
from vlsim.language.relations import RELATIONS

MAX_DEPTH = 2
"""How often a phrase may stand in a phrase: "the cube behind the bowl that holds the ball"."""
OPENERS = ("that is", "which is", "that are", "which are")
"""May stand before what says where a thing is."""
NEGATIONS = ("that is not", "which is not", "that isn't", "which isn't")
HOLDING_VERBS = ("holds", "carries", "contains")

Reading = tuple[Ref, int]
"""A phrase, and where the sentence goes on after it."""

_SUPERLATIVE_OF = {word: order for order, words in SUPERLATIVE_WORDS.items() for word in words}
_COMPARATIVE_OF = {word: order for order, words in COMPARATIVE_WORDS.items() for word in words}
_SINGULAR_OF = {plural: noun for noun, plural in PLURALS.items()}
_ORDER_OF_SIDE = {side: order for order, side in SIDE_WORDS.items()}


def _surfaces() -> dict[tuple[str, ...], str]:
    """Return the relation that each sequence of words after a noun says."""
    found: dict[tuple[str, ...], str] = {}
    for name, choices in RELATION_WORDS.items():
        for words in choices:
            if name == "holding":
                continue
            bare = words.removeprefix("that is ")
            for said in (bare, *(f"{opener} {bare}" for opener in OPENERS)):
                found[tuple(said.split())] = name
    for pronoun in ("that", "which"):
        for verb in HOLDING_VERBS:
            found[(pronoun, verb)] = "holding"
    return found


_RELATION_OF = _surfaces()
_LONGEST_RELATION = max(map(len, _RELATION_OF))
_NEGATIONS = tuple(tuple(words.split()) for words in NEGATIONS)
PHRASE_WORDS: frozenset[str] = frozenset(
    [
        *CONTENT_WORDS,
        *ARTICLES,
        *_SUPERLATIVE_OF,
        *_COMPARATIVE_OF,
        *OF_THE_TWO,
        *_SINGULAR_OF,
        *ORDINAL_WORDS,
        *SIDE_WORDS.values(),
        *(word for words in (*_RELATION_OF, *_NEGATIONS) for word in words),
        "from",
        "and",
    ]
)
"""Every word that a noun phrase can contain."""


def begins_phrase(words: Sequence[str], start: int) -> bool:
    """Whether a noun phrase begins here; "the" or "first" alone is none."""
    if start < len(words) and words[start] in ARTICLES:
        start += 1
    if start < len(words) and words[start] in _COMPARATIVE_OF:
        start += 1
        if _is_of_the_two(words, start):
            start += len(OF_THE_TWO)
            return start < len(words) and words[start] in {*CONTENT_WORDS, *_SINGULAR_OF}
    elif start < len(words) and (words[start] in _SUPERLATIVE_OF or words[start] in ORDINAL_WORDS):
        start += 1
    return start < len(words) and words[start] in CONTENT_WORDS


def readings(words: Sequence[str], start: int, depth: int = MAX_DEPTH) -> list[Reading]:
    """Return every noun phrase that begins at `start`, the shortest first.

    Raises:
        InstructionError: If one begins there and is malformed; the message says how.
    """
    if not begins_phrase(words, start):
        return []
    i = start + (words[start] in ARTICLES)
    order = _SUPERLATIVE_OF.get(words[i]) or _COMPARATIVE_OF.get(words[i])
    place = ORDINAL_WORDS.index(words[i]) + 1 if words[i] in ORDINAL_WORDS else 0
    i += order is not None or place > 0
    of_two = words[i - 1] in _COMPARATIVE_OF and _is_of_the_two(words, i)
    (kind, color, size, material), i = (
        _noun(words, i + len(OF_THE_TWO), plural=True) if of_two else _noun(words, i)
    )
    if place:
        side = words[i + 2] if i + 2 < len(words) else ""
        if tuple(words[i : i + 2]) != ("from", "the") or side not in _ORDER_OF_SIDE:
            said = " ".join(words[start:i])
            raise InstructionError(
                f"'{said}' does not say from where to count; say '{said} from the left'."
            )
        order, i = _ORDER_OF_SIDE[side], i + 3
    rank = Rank(order, place or 1) if order else None
    found: list[Reading] = []
    for unlike, after in [(None, i), *_negations(words, i)]:
        found.append((Ref(kind, color, size, unlike, None, rank, material), after))
        if depth > 0:
            for relation, end in _relations(words, after, depth):
                found.append((Ref(kind, color, size, unlike, relation, rank, material), end))
    return found


def _is_of_the_two(words: Sequence[str], start: int) -> bool:
    return tuple(words[start : start + len(OF_THE_TWO)]) == OF_THE_TWO


_ADJECTIVES = {"size": SIZE_OF, "colour": COLOR_OF, "material": MATERIAL_OF}
"""What may stand before a noun, in this order."""


def _noun(
    words: Sequence[str], start: int, *, plural: bool = False
) -> tuple[tuple[str | None, str | None, str | None, str | None], int]:
    """Return kind, colour, size and material of the words at `start`, and where they end."""
    i = start
    said: dict[str, str] = {}
    for attribute, values in _ADJECTIVES.items():
        if i < len(words) and words[i] in values:
            said[attribute] = words[i]
            i += 1
    noun = words[i] if i < len(words) else ""
    if noun in (_SINGULAR_OF if plural else KIND_OF):
        kind = KIND_OF[_SINGULAR_OF[noun] if plural else noun]
        size, color, material = (
            values.get(said.get(attribute, "")) for attribute, values in _ADJECTIVES.items()
        )
        return (kind, color, size, material), i + 1
    before = " ".join(said.values())
    for attribute, values in _ADJECTIVES.items():
        if said and noun in values and attribute not in said:
            found = {**said, attribute: noun}
            ordered = " ".join(found[a] for a in _ADJECTIVES if a in found)
            raise InstructionError(
                f"'{before} {noun}' has the {attribute} after the {list(said)[-1]}; say "
                f"'{ordered}'."
            )
    example = [*said.values(), PLURALS["cube"] if plural else "cube"]
    raise InstructionError(
        f"'{before}' has no noun after it; say for example '{' '.join(example)}'."
    )


def _negations(words: Sequence[str], start: int) -> Iterator[tuple[Ref, int]]:
    for said in _NEGATIONS:
        i = start + len(said)
        if tuple(words[start:i]) != said or i >= len(words):
            continue
        if words[i] in ARTICLES and i + 1 < len(words) and KIND_OF.get(words[i + 1]):
            yield Ref(KIND_OF[words[i + 1]]), i + 2
        elif words[i] in COLOR_OF:
            yield Ref(None, COLOR_OF[words[i]]), i + 1
        elif words[i] in SIZE_OF:
            yield Ref(None, None, SIZE_OF[words[i]]), i + 1
        elif words[i] in MATERIAL_OF:
            yield Ref(None, material=MATERIAL_OF[words[i]]), i + 1


def _relations(words: Sequence[str], start: int, depth: int) -> Iterator[tuple[Relation, int]]:
    for length in range(1, _LONGEST_RELATION + 1):
        name = _RELATION_OF.get(tuple(words[start : start + length]))
        if name is None:
            continue
        for first, end in readings(words, start + length, depth - 1):
            if RELATIONS[name][0] == 1:
                yield Relation(name, (first,)), end
            elif end < len(words) and words[end] == "and":
                for second, last in readings(words, end + 1, depth - 1):
                    yield Relation(name, (first, second)), last

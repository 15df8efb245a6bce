"""Reads noun phrases: every way in which the words from some place on can be one.

"The cube behind the bowl" is read both as a cube that is behind a bowl and, ending earlier, as a
cube; which of them a sentence means, its other words decide.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vlsim.errors import InstructionError
from vlsim.referring.lexicon import (
    ARTICLE,
    ARTICLES,
    COLOR_OF,
    COMPARATIVE_WORDS,
    CONTENT_WORDS,
    KIND_OF,
    KIND_OF_PLURAL,
    MATERIAL_OF,
    NUMBER_WORDS,
    OF_THE_TWO,
    ORDINAL_WORDS,
    RELATION_WORDS,
    SIDE_WORDS,
    SIZE_OF,
    SUPERLATIVE_WORDS,
    plural,
)
from vlsim.referring.ref import Many, Rank, Ref, Relation
from vlsim.referring.relations import RELATIONS

MAX_DEPTH = 2
"""How often a phrase may stand in a phrase: "the cube behind the bowl that holds the ball"."""
OPENERS = (
    *("that is", "which is", "that are", "which are"),
    *(
        f"{opener}{lies}"
        for opener in ("", "that is ", "which is ")
        for lies in ("lying", "standing")
    ),
)
"""May stand before what says where a thing is."""
NEGATIONS = (
    *("that is not", "which is not", "that isn't", "which isn't"),
    *("that are not", "which are not", "that aren't", "which aren't"),
)
HOLDING_VERBS = ("holds", "carries", "contains", "hold", "carry", "contain")

INDEFINITE = ARTICLES - {ARTICLE}

Phrase = tuple[Ref, int]
"""What a noun phrase says, and where the sentence goes on after it."""

_SUPERLATIVE_OF = {word: order for order, words in SUPERLATIVE_WORDS.items() for word in words}
_COMPARATIVE_OF = {word: order for order, words in COMPARATIVE_WORDS.items() for word in words}
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
_FIRST_OF_RELATIONS = frozenset(words[0] for words in _RELATION_OF)
_NEGATIONS = tuple(tuple(words.split()) for words in NEGATIONS)
_FIRST_OF_NEGATIONS = frozenset(words[0] for words in _NEGATIONS)


@dataclass(frozen=True)
class _Opener:
    """Words that open a phrase about several things, and the noun that has to follow."""

    number: int | None
    every: bool
    plural: bool


def _openers() -> dict[tuple[str, ...], _Opener]:
    found = {
        "all": _Opener(None, True, True),
        "all the": _Opener(None, True, True),
        "all of the": _Opener(None, True, True),
        "each of the": _Opener(None, True, True),
        "every one of the": _Opener(None, True, True),
        "every": _Opener(None, True, False),
        "each": _Opener(None, True, False),
        "both": _Opener(2, True, True),
        "both the": _Opener(2, True, True),
        "both of the": _Opener(2, True, True),
        "any": _Opener(1, False, False),
        "one of the": _Opener(1, False, True),
        "any one of the": _Opener(1, False, True),
    }
    for number, word in enumerate(NUMBER_WORDS[1:], start=2):
        for words in ("the {}", "all {}", "all the {}", "all of the {}"):
            found[words.format(word)] = _Opener(number, True, True)
        for words in ("{}", "{} of the", "any {}", "any {} of the"):
            found[words.format(word)] = _Opener(number, False, True)
    return {tuple(words.split()): opener for words, opener in found.items()}


_OPENERS = _openers()
_OPENER_LENGTHS: dict[str, list[int]] = {
    first: sorted({len(words) for words in _OPENERS if words[0] == first}, reverse=True)
    for first in {words[0] for words in _OPENERS}
}
"""Numbers of words of the openers that begin with a word, the most first."""
PHRASE_WORDS: frozenset[str] = frozenset(
    [
        *CONTENT_WORDS,
        *ARTICLES,
        *_SUPERLATIVE_OF,
        *_COMPARATIVE_OF,
        *ORDINAL_WORDS,
        *SIDE_WORDS.values(),
        *(word for words in (*_RELATION_OF, *_NEGATIONS) for word in words),
        *(word for words in _OPENERS for word in words),
        "from",
        "and",
    ]
)
"""Every word that a noun phrase can contain."""


def begins_phrase(words: Sequence[str], start: int) -> bool:
    """Whether a noun phrase begins here; "the", "first" or "both" alone is none."""
    return _opener(words, start) is not None or _begins_single(words, start)


def _begins_single(words: Sequence[str], start: int) -> bool:
    """Whether a phrase begins here that is not opened by how many it is about."""
    if start < len(words) and words[start] in ARTICLES:
        start += 1
    if start < len(words) and words[start] in _COMPARATIVE_OF:
        start += 1
        start += len(OF_THE_TWO) * _is_of_the_two(words, start)
    elif start < len(words) and (words[start] in _SUPERLATIVE_OF or words[start] in ORDINAL_WORDS):
        start += 1
    return start < len(words) and words[start] in CONTENT_WORDS


def readings(words: Sequence[str], start: int, depth: int = MAX_DEPTH) -> list[Phrase]:
    """Return every noun phrase that begins at `start`, the shortest first.

    Raises:
        InstructionError: If one begins there and is malformed; the message says how.
    """
    opened = _opener(words, start)
    if opened is not None:
        return _several(words, start, *opened, depth)
    if not _begins_single(words, start):
        return []
    i = start + (words[start] in ARTICLES)
    compared = _COMPARATIVE_OF.get(words[i])
    order = compared or _SUPERLATIVE_OF.get(words[i])
    place = ORDINAL_WORDS.index(words[i]) + 1 if words[i] in ORDINAL_WORDS else 0
    i += order is not None or place > 0
    of_two = compared is not None and _is_of_the_two(words, i)
    looks, is_plural, i = _noun(words, i + len(OF_THE_TWO) * of_two)
    if of_two and not is_plural:
        raise _wrong_number(words[start:i])
    if is_plural and not of_two:
        if order or place or words[start] in INDEFINITE:
            return []
        return _with_rest(_many(looks), words, i, depth)
    if place:
        side = words[i + 2] if i + 2 < len(words) else ""
        if tuple(words[i : i + 2]) != ("from", "the") or side not in _ORDER_OF_SIDE:
            said = " ".join(words[start:i])
            raise InstructionError(
                f"'{said}' does not say from where to count; say '{said} from the left'."
            )
        order, i = _ORDER_OF_SIDE[side], i + 3
    if order:
        looks = replace(looks, rank=Rank(order, place or 1))
    return _with_rest(looks, words, i, depth)


def _is_of_the_two(words: Sequence[str], start: int) -> bool:
    return tuple(words[start : start + len(OF_THE_TWO)]) == OF_THE_TWO


def _wrong_number(phrase: Sequence[str]) -> InstructionError:
    """Return the error of a phrase whose noun is not in the number that its first words want."""
    said, noun = " ".join(phrase[:-1]), phrase[-1]
    other = plural(noun) if noun in KIND_OF else next(w for w in KIND_OF if plural(w) == noun)
    return InstructionError(f"Say '{said} {other}' instead of '{said} {noun}'.")


def _several(words: Sequence[str], start: int, opener: _Opener, i: int, depth: int) -> list[Phrase]:
    looks, is_plural, end = _noun(words, i)
    if is_plural != opener.plural:
        raise _wrong_number(words[start:end])
    ref = _many(looks, opener.number, every=opener.every)
    return _with_rest(ref, words, end, depth)


def _with_rest(ref: Ref, words: Sequence[str], start: int, depth: int) -> list[Phrase]:
    """Return the phrase with all that may follow its noun: a negation, a relation, both."""
    found: list[Phrase] = []
    for unlike, after in [(None, start), *_negations(words, start)]:
        negated = replace(ref, unlike=unlike) if unlike else ref
        found.append((negated, after))
        if depth > 0:
            for relation, end in _relations(words, after, depth):
                found.append((replace(negated, relation=relation), end))
    return found


def _opener(words: Sequence[str], start: int) -> tuple[_Opener, int] | None:
    """Return what opens a phrase about several things here, and where its noun begins."""
    for length in _OPENER_LENGTHS.get(words[start], ()) if start < len(words) else ():
        i = start + length
        opener = _OPENERS.get(tuple(words[start:i]))
        if opener is not None and i < len(words) and words[i] in CONTENT_WORDS:
            return opener, i
    return None


_ADJECTIVES = {"size": SIZE_OF, "colour": COLOR_OF, "material": MATERIAL_OF}
"""What may stand before a noun, in this order."""


def _noun(words: Sequence[str], start: int) -> tuple[Ref, bool, int]:
    """Return what adjectives and noun say, whether it is in the plural, and where it ends."""
    i = start
    said: list[str | None] = []
    for values in _ADJECTIVES.values():
        said.append(values.get(words[i]) if i < len(words) else None)
        i += said[-1] is not None
    size, color, material = said
    noun = words[i] if i < len(words) else ""
    for kinds in (KIND_OF, KIND_OF_PLURAL):
        if noun in kinds:
            looks = Ref(kinds[noun], color, size, material=material)
            return looks, kinds is KIND_OF_PLURAL, i + 1
    raise _no_noun(words[start:i], noun)


def _no_noun(said: Sequence[str], after: str) -> InstructionError:
    """Return the error of adjectives that something else than a noun comes after."""
    phrase = " ".join(said)
    order = {w: place for place, values in enumerate(_ADJECTIVES.values()) for w in values}
    if said and after in order and order[after] not in [order[word] for word in said]:
        names = list(_ADJECTIVES)
        right = " ".join(sorted((*said, after), key=order.__getitem__))
        return InstructionError(
            f"'{phrase} {after}' has the {names[order[after]]} after the "
            f"{names[order[said[-1]]]}; say '{right}'."
        )
    return InstructionError(f"'{phrase}' has no noun after it; say for example '{phrase} cube'.")


def _many(looks: Ref, number: int | None = None, *, every: bool = True) -> Many:
    return Many(
        looks.kind, looks.color, looks.size, material=looks.material, number=number, every=every
    )


def _negations(words: Sequence[str], start: int) -> Iterator[tuple[Ref, int]]:
    for said in _NEGATIONS if start < len(words) and words[start] in _FIRST_OF_NEGATIONS else ():
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
    if start >= len(words) or words[start] not in _FIRST_OF_RELATIONS:
        return
    for length in range(1, _LONGEST_RELATION + 1):
        name = _RELATION_OF.get(tuple(words[start : start + length]))
        if name is None:
            continue
        for first, end in _single(words, start + length, depth - 1):
            if RELATIONS[name][0] == 1:
                yield Relation(name, (first,)), end
            elif end < len(words) and words[end] == "and":
                for second, last in _single(words, end + 1, depth - 1):
                    yield Relation(name, (first, second)), last


def _single(words: Sequence[str], start: int, depth: int) -> Iterator[Phrase]:
    """Yield the phrases that begin here and are about one thing."""
    return ((ref, end) for ref, end in readings(words, start, depth) if type(ref) is Ref)

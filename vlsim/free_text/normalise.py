"""Free text in the words of the grammar: what people say around an instruction, and how else.

Every step keeps the meaning; none corrects a word, drops one that says something, or chooses. What
is not certain stays as it is, and the grammar refuses it. So a sentence of the grammar is never
changed: it is read as it stands, before any of this.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from vlsim.free_text.attributes import in_order
from vlsim.free_text.courtesy import without_courtesy
from vlsim.free_text.rewording import as_command, doing, in_common_words, in_trained_words
from vlsim.free_text.synonyms import NAMES, SPELLINGS, VERBS
from vlsim.referring.lexicon import KIND_OF, plural

LONGEST = 60
"""Words of a sentence that is read in other words; a longer one is no instruction for a robot."""
MOST_CHARACTERS = 12 * LONGEST
"""Characters of a sentence that is read in other words."""

_NAMES = NAMES | {plural(word): plural(name) for word, name in NAMES.items() if name in KIND_OF}
UNDERSTOOD: frozenset[str] = frozenset(
    word for table in (_NAMES, VERBS) for said in table for word in said.split()
)
"""Words that are understood besides those of the grammar, for suggestions."""

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'"})
_NEXT = "(?:and )?(?:then|after that|afterwards|next(?! to)|finally|lastly|second(?:ly)?(?=,))"
_STEPS = re.compile(rf"[.;!?]+\s+(?:{_NEXT}\b,?)?|,?\s+{_NEXT}\b,?", re.IGNORECASE)
"""What stands between things to do one after the other …"""
_COMMA = re.compile(r",\s*(?:and\b)?", re.IGNORECASE)
"""… and may stand between parts of one."""
_FIRST = re.compile(r"first(?:ly| of all)?,\s*", re.IGNORECASE)
"""What may stand before the first of them."""
_NO_WORDS = re.compile(r"[-\u2010-\u2015;:\"\u201c\u201d()\u2026]+|[.!?]+(?=\s|$)")


def plain_words(text: str) -> list[str]:
    """Return the words of a sentence, without case, commas and final punctuation."""
    return text.lower().strip().rstrip(".!?").replace(",", " ").split()


def wordings(text: str) -> Iterator[list[str]]:
    """Yield a sentence in words that mean the same: as it stands, then closer to the grammar.

    >>> [" ".join(words) for words in wordings("Could you pop the brick in the bowl, please?")][-1]
    'put the cube in the bowl'
    """
    words = plain_words(text)
    yield words
    if len(words) > LONGEST or len(text) > MOST_CHARACTERS:
        return
    yield from _reworded(text)
    for commas_join in (False, True):
        clauses = list(_clauses(text, commas_join=commas_join))
        if len(clauses) > 1:
            yield from _each_reworded(clauses)


def _reworded(text: str, before: str = "") -> Iterator[list[str]]:
    """Yield the words of a text in other words, closer to the grammar each time."""
    said, verbs_end_in_ing = without_courtesy(_spelled(text))
    said = in_order(_named(doing(said) if verbs_end_in_ing else said), before)
    yield said.split()
    said = in_trained_words(in_order(as_command(said), before))
    yield said.split()
    said = in_trained_words(in_trained_words(as_command(in_common_words(said))))
    yield in_order(said, before).split()


def _clauses(text: str, *, commas_join: bool) -> Iterator[tuple[str, str]]:
    """Yield the clauses of a text, each with what joins it to the one before."""
    for step in _STEPS.split(_FIRST.sub("", text, count=1)):
        for n, clause in enumerate(_COMMA.split(step) if commas_join else [step]):
            yield "and" if n else "then", clause


def _each_reworded(clauses: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Yield a sentence of these clauses in other words; one that is but courtesy falls out."""
    ways: list[list[tuple[str, list[str]]]] = []
    before = ""
    for joint, clause in clauses:
        ways.append([(joint, words) for words in _reworded(clause, before)])
        before = f"{before} {_named(_spelled(clause))}"
    for said in zip(*ways, strict=True):
        found: list[str] = []
        for joint, words in said:
            found += [joint, *words] if words and found else words
        yield found


def typed_words(text: str) -> dict[str, list[str]]:
    """Return every word that was typed, with the words that it is read as."""
    return {word: _named(SPELLINGS.get(word, word)).split() for word in _typed(text)}


def _typed(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    return _NO_WORDS.sub(" ", text.replace(",", " ").replace("\u00b0", " degrees ")).split()


def _spelled(text: str) -> str:
    """Return the words with one blank between them, contractions and hyphens written out."""
    return " ".join(SPELLINGS.get(word, word) for word in _typed(text))


def _named(said: str) -> str:
    return " ".join(_NAMES.get(word, word) for word in said.split())

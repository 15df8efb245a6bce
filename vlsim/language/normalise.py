"""Free text in the words of the grammar: what people say around an instruction, and how else.

Every step keeps the meaning; none corrects a word, drops one that says something, or chooses. What
is not certain stays as it is, and the grammar refuses it. So a sentence of the grammar is never
changed: it is read as it stands, before any of this.
"""

import re
import unicodedata
from collections.abc import Iterator

from vlsim.language.attributes import in_order
from vlsim.language.courtesy import without_courtesy
from vlsim.language.rewording import as_command, doing, in_common_words, in_trained_words
from vlsim.language.synonyms import NAMES, SPELLINGS, VERBS

LONGEST = 60
"""Words of a sentence that is read in other words; a longer one is no instruction for a robot."""
MOST_CHARACTERS = 12 * LONGEST

UNDERSTOOD: frozenset[str] = frozenset(
    word for table in (NAMES, VERBS) for said in table for word in said.split()
)
"""Words that are understood besides those of the grammar, for suggestions."""

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'"})
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
    said, verbs_end_in_ing = without_courtesy(_spelled(text))
    said = in_order(_named(doing(said) if verbs_end_in_ing else said))
    yield said.split()
    said = in_trained_words(in_order(as_command(said)))
    yield said.split()
    said = in_order(in_trained_words(in_trained_words(as_command(in_common_words(said)))))
    yield said.split()


def _spelled(text: str) -> str:
    """Return the words with one blank between them, contractions and hyphens written out."""
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    words = _NO_WORDS.sub(" ", text.replace(",", " ").replace("\u00b0", " degrees ")).split()
    return " ".join(SPELLINGS.get(word, word) for word in words)


def _named(said: str) -> str:
    return " ".join(NAMES.get(word, word) for word in said.split())

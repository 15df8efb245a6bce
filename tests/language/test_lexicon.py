from vlsim.language.lexicon import (
    ARTICLES,
    COLOR_OF,
    COLOR_WORDS,
    CONTENT_WORDS,
    KIND_OF,
    NOUNS,
    POLITE,
    SIZE_OF,
    SIZE_WORDS,
)
from vlsim.world import COLORS, KINDS, SIZES


def test_every_attribute_value_has_words():
    assert set(NOUNS) == {*KINDS, None}
    assert set(COLOR_WORDS) == set(COLORS)
    assert set(SIZE_WORDS) == set(SIZES)


def test_no_word_means_two_things():
    words = [w for table in (NOUNS, COLOR_WORDS, SIZE_WORDS) for ws in table.values() for w in ws]
    assert len(words) == len(set(words)) == len(KIND_OF) + len(COLOR_OF) + len(SIZE_OF)
    assert not CONTENT_WORDS & {*ARTICLES, POLITE}


def test_the_canonical_word_is_the_name_itself():
    assert all(words[0] == kind for kind, words in NOUNS.items() if kind)
    assert all(words[0] == color for color, words in COLOR_WORDS.items())
    assert all(words[0] == size for size, words in SIZE_WORDS.items())

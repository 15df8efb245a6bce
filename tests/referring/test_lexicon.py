from vlsim.language.connectives import POLITE
from vlsim.language.vocabulary import WORDS
from vlsim.referring.lexicon import (
    ARTICLES,
    COLOR_OF,
    COLOR_WORDS,
    COMPARATIVE_WORDS,
    CONTENT_WORDS,
    KIND_OF,
    KIND_OF_PLURAL,
    MATERIAL_OF,
    MATERIAL_WORDS,
    NOUNS,
    SIZE_OF,
    SIZE_WORDS,
    TRAINED_CONTENT_WORDS,
    plural,
)
from vlsim.referring.relations import COMPARATIVES
from vlsim.world.things import COLORS, KINDS, MATERIALS, SIZES


def test_every_attribute_value_has_words():
    assert set(NOUNS) == {*KINDS, None}
    assert set(COLOR_WORDS) == set(COLORS)
    assert set(SIZE_WORDS) == set(SIZES)
    assert set(MATERIAL_WORDS) == set(MATERIALS)
    assert set(COMPARATIVE_WORDS) == set(COMPARATIVES)


def test_no_word_means_two_things():
    tables = (NOUNS, COLOR_WORDS, SIZE_WORDS, MATERIAL_WORDS)
    words = [w for table in tables for ws in table.values() for w in ws]
    words += KIND_OF_PLURAL
    assert len(words) == len(set(words)) == len(CONTENT_WORDS)
    assert {*KIND_OF, *KIND_OF_PLURAL, *COLOR_OF, *SIZE_OF, *MATERIAL_OF} == CONTENT_WORDS
    assert not CONTENT_WORDS & {*ARTICLES, POLITE}


def test_the_canonical_word_is_the_name_itself():
    assert all(words[0] == kind for kind, words in NOUNS.items() if kind)
    assert all(words[0] == color for color, words in COLOR_WORDS.items())
    assert all(words[0] == size for size, words in SIZE_WORDS.items())
    assert all(words[0] == name for name, words in MATERIAL_WORDS.items())


def test_only_the_names_of_held_out_kinds_are_no_words_of_training():
    singular = {"star", "ring", "hoop", "cross", "plus", "prism", "triangle"}
    names = singular | {plural(name) for name in singular}
    assert names == CONTENT_WORDS - TRAINED_CONTENT_WORDS
    assert not names & set(WORDS)
    assert set(WORDS) >= TRAINED_CONTENT_WORDS

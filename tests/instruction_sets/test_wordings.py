"""Held-out words in trained sentences, trained words in held-out sentences, and no words at all."""

import pytest

from vlsim.errors import InstructionError
from vlsim.free_text.understand import parse
from vlsim.goals import GOALS, Atom, Place
from vlsim.instruction_sets import GIBBERISH
from vlsim.language.held_out_words import SYNONYMS, reworded
from vlsim.language.phrasebook import is_known, phrasebook, vocabulary
from vlsim.language.tokenizer import default_tokenizer
from vlsim.language.writer import realise
from vlsim.referring.lexicon import CONTENT_WORDS
from vlsim.referring.ref import Ref
from vlsim.seeding import stream

TRAINED = set(vocabulary("train"))
GOAL = Place(Ref("cube", "green"), Ref("bowl", "red"), "in")


def synonyms_of(goal: type[Atom]) -> dict[str, tuple[str, ...]]:
    return {**SYNONYMS, **goal.synonyms}


MEANINGS = [(name, p) for name, cls in GOALS.items() for p in cls.phrasings]


@pytest.mark.parametrize(("name", "phrasings"), MEANINGS)
def test_every_meaning_has_three_sentences_of_either_kind(name: str, phrasings: object) -> None:
    for pool in ("lexical", "syntactic"):
        mine = {
            t.pattern for t in phrasebook().by_goal[GOALS[name], pool] if t.phrasings is phrasings
        }
        assert len(mine) >= 3


def test_a_lexical_sentence_is_a_trained_one_with_one_word_that_training_never_says() -> None:
    trained = {(t.goal, t.words) for t in phrasebook().templates if t.pool == "train"}
    for t in phrasebook().templates:
        if t.pool == "lexical":
            (place,) = [i for i, word in enumerate(t.words) if word in set(t.literals) - TRAINED]
            originals = [
                word
                for word in synonyms_of(t.goal)
                if (t.goal, (*t.words[:place], word, *t.words[place + 1 :])) in trained
            ]
            assert any(t.words[place] in synonyms_of(t.goal)[word] for word in originals), str(t)


def test_a_syntactic_sentence_has_trained_words_only_in_a_pattern_that_training_never_forms() -> (
    None
):
    trained = {t.pattern for t in phrasebook().templates if t.pool == "train"}
    for t in phrasebook().templates:
        if t.pool == "syntactic":
            assert set(t.literals) <= TRAINED, str(t)
            assert t.pattern not in trained


def test_a_policy_reads_one_unknown_word_in_the_first_and_none_in_the_second() -> None:
    encode = default_tokenizer().encode
    for seed in range(100):
        assert (encode(realise(GOAL, stream(seed), "lexical").text) == 1).sum() == 1
        assert (encode(realise(GOAL, stream(seed), "syntactic").text) == 1).sum() == 0


@pytest.mark.parametrize(
    ("words", "trained", "found"),
    [
        ("push {target} left", [], ["shove {target} left", "nudge {target} left"]),
        ("push {target} left", ["shove"], ["nudge {target} left"]),
        ("push {target}", [], []),
        ("give {target} a push", [], []),
        ("lay {target} in front of {place}", [], []),
        ("drop it in {place}", [], ["dump it in {place}", "drop it inside {place}"]),
    ],
)
def test_one_word_is_replaced_where_it_is_a_verb_or_a_preposition(
    words: str, trained: list[str], found: list[str]
) -> None:
    assert [" ".join(new) for new in reworded(words.split(), trained, {})] == found


def test_synonyms_are_no_content_words() -> None:
    for _, goal in GOALS.items():
        assert not CONTENT_WORDS & {w for words in synonyms_of(goal).values() for w in words}


def test_gibberish_has_as_many_words_and_letters_and_no_known_word() -> None:
    rng = stream(0, "gibberish")
    words = set()
    for seed in range(200):
        text = realise(GOAL, stream(seed)).text
        said = GIBBERISH.rewrite(text, rng)
        assert [len(word) for word in said.split()] == [len(word) for word in text.split()]
        assert not any(map(is_known, said.split()))
        assert set(default_tokenizer().encode(said)[: len(text.split())]) == {1}
        words |= set(said.split())
    with pytest.raises(InstructionError, match="Unknown words"):
        parse(said)
    assert len(words) > 500


def test_gibberish_never_says_a_short_word_by_chance() -> None:
    rng = stream(1, "gibberish")
    drawn = {GIBBERISH.rewrite("is", rng) for _ in range(5000)}
    assert len(drawn) > 600
    assert not drawn & {"in", "on", "to", "go", "it", "up", "is", "of", "so", "an"}

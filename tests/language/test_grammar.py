"""Every phrasing is drawn, and every sentence reads back as its goal and as no other."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.free_text.second_reading import VERBS, disagreement
from tests.language.strategies import GOALS_IN_WORDS, POOLS, PROPERTY, RNGS
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import meanings, parse
from vlsim.goals import GOALS, Atom, Goal, Place, PushTo, Reach
from vlsim.language.held_out_words import reworded
from vlsim.language.phrasebook import vocabulary
from vlsim.language.sentences import read_sentence
from vlsim.language.templates import Pool
from vlsim.language.vocabulary import WORDS
from vlsim.language.writer import realise, try_realise
from vlsim.referring.lexicon import (
    COLOR_WORDS,
    CONTENT_WORDS,
    KIND_OF,
    MATERIAL_WORDS,
    NOUNS,
    SIZE_WORDS,
    plural,
)
from vlsim.referring.ref import Many, Ref
from vlsim.seeding import stream

VOCABULARY = {pool: frozenset(vocabulary(pool)) for pool in get_args(Pool)}
ALL_WORDS = sorted({"a", "an", "please"}.union(*VOCABULARY.values()))


@settings(PROPERTY, max_examples=300)
@given(GOALS_IN_WORDS, RNGS, POOLS)
def test_every_sentence_reads_back_as_its_goal(goal: Goal, rng: np.random.Generator, pool: Pool):
    utterance = try_realise(goal, rng, pool)
    assume(utterance is not None)
    text = utterance.text
    assert parse(text) == goal
    assert text == text.lower()
    assert len(text.split()) <= 20
    assert VOCABULARY[pool].issuperset(text.split())


@PROPERTY
@given(GOALS_IN_WORDS, RNGS, POOLS, st.data())
def test_case_articles_final_punctuation_and_please_do_not_matter(
    goal: Goal, rng: np.random.Generator, pool: Pool, data: st.DataObject
):
    utterance = try_realise(goal, rng, pool)
    assume(utterance is not None)
    text = utterance.text
    words = text.removeprefix("please ").split()
    for i, word in enumerate(words[:-1]):
        if word == "the" and _begins_singular(words[i + 1 :]):
            words[i] = data.draw(st.sampled_from(["the", "a", "an", "", "The"]))
    varied = " ".join(words)
    varied = data.draw(st.sampled_from(["", "please ", "Please, "])) + varied
    varied += data.draw(st.sampled_from(["", ".", "!", " ?", " please", ", please.", "  \n"]))
    varied = data.draw(st.sampled_from([str.upper, str.title, str]))(varied)
    assert parse(varied) == goal


def _begins_singular(words: list[str]) -> bool:
    """Whether a noun phrase goes on here, in the singular: "a cubes" is no English."""
    looks = list(itertools.takewhile(CONTENT_WORDS.__contains__, words))
    return any(word in KIND_OF for word in looks)


def lexical(goal: Atom, train: tuple[str, ...]) -> Iterator[str]:
    """Every trained phrasing with one word that training never says."""
    for sentence in train:
        yield from (" ".join(words) for words in reworded(sentence.split(), WORDS, goal.synonyms))


def sentences(goal: Goal) -> set[str]:
    """Every sentence for a goal as words without articles, by expanding the pages by hand."""

    def phrases(ref: Ref) -> list[str]:
        looks = [MATERIAL_WORDS[ref.material]] if ref.material else []
        looks = [COLOR_WORDS[ref.color], *looks] if ref.color else looks
        looks = [SIZE_WORDS[ref.size], *looks] if ref.size else looks
        one, many = [*looks, NOUNS[ref.kind]], [*looks, [plural(n) for n in NOUNS[ref.kind]]]
        if not isinstance(ref, Many):
            return [" ".join(words) for words in itertools.product(*one)]
        openers, single = quantities(ref)
        several = itertools.product(openers, *many), itertools.product(single, *one)
        return [" ".join(words).strip() for lot in several for words in lot]

    fillings = [
        dict(zip(goal.slots, words, strict=True))
        for words in itertools.product(*(phrases(getattr(goal, slot)) for slot in goal.slots))
    ]
    return {
        bare(sentence.format(**filling))
        for p in goal.phrasings
        if all(getattr(goal, k) == v for k, v in p.fields.items())
        for sentence in (*p.train, *p.held_out, *p.reordered, *lexical(goal, p.train))
        for filling in fillings
    }


def quantities(many: Many) -> tuple[list[str], list[str]]:
    """What can open a plural phrase, without articles: before a plural noun, before a singular."""
    if many.number is None:
        return ["", "all", "all of", "each of", "every one of"], ["every", "each"]
    n = ("one", "two", "three", "four", "five")[many.number - 1]
    if many.every:
        return [n, f"all {n}", f"all of {n}", *(["both", "both of"] if n == "two" else [])], []
    one = ["any"] if n == "one" else []
    return [n, f"{n} of", f"any {n}", f"any {n} of"], one


def bare(text: str) -> str:
    words = [w for w in text.split() if w not in ("the", "a", "an")]
    while words[:1] == ["please"]:
        words = words[1:]
    return " ".join(words[:-1] if words[-1:] == ["please"] else words)


def _is_simple(goal: Goal) -> bool:
    return isinstance(goal, Atom) and all(getattr(goal, slot).is_plain for slot in goal.slots)


def assert_refused_or_meant(words: list[str]):
    text = " ".join(words)
    try:
        goal = parse(text)
    except InstructionError:
        # "Slide the object left" is refused too: it has two meanings.
        assert not read_sentence(words).goals or len(meanings(text)) > 1
    else:
        # Sentences of several clauses are tested in test_sentences.py, places in test_ref.py.
        if read_sentence(words).goals and _is_simple(goal):
            assert bare(text) in sentences(goal)
        # The second reading knows what people were asked to say.
        assert goal.name not in VERBS or disagreement(text, goal) is None


@settings(PROPERTY, max_examples=60)
@given(st.lists(st.sampled_from(ALL_WORDS), max_size=20))
def test_word_salad_is_refused_or_is_a_sentence(words: list[str]):
    assert_refused_or_meant(words)


@settings(PROPERTY, max_examples=60)
@given(GOALS_IN_WORDS, RNGS, POOLS, st.data())
def test_a_damaged_sentence_is_refused_or_is_another_sentence(
    goal: Goal, rng: np.random.Generator, pool: Pool, data: st.DataObject
):
    utterance = try_realise(goal, rng, pool)
    assume(utterance is not None)
    text = utterance.text
    words = text.split()
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, len(words) - 1))
        j = data.draw(st.integers(0, len(words) - 1))
        damage = data.draw(st.sampled_from(["swap", "drop", "double", "replace"]))
        if damage == "swap":
            words[i], words[j] = words[j], words[i]
        elif damage == "drop" and len(words) > 1:
            del words[i]
        elif damage == "double":
            words.insert(i, words[i])
        else:
            words[i] = data.draw(st.sampled_from(ALL_WORDS))
    assert_refused_or_meant(words)


def test_no_sentence_is_read_with_target_and_place_exchanged():
    goal = PushTo(Ref("cube", "red"), Ref("pad", "red"))
    for t in (*goal.phrasings[0].train, *goal.phrasings[0].held_out):
        assert parse(t.format(target="the red cube", place="the red pad")) == goal


@pytest.mark.parametrize("name", list(GOALS))
def test_every_phrasing_is_drawn(name: str):
    cls, rng = GOALS[name], stream(0, "every")
    for p in cls.phrasings:
        # A cube does not slide like a lever: of a lever, every phrasing means one thing. What is
        # put on a cube is stacked, and to a cube things are pushed up.
        kind = {"slide": "slider", "press": "button"}.get(cls.name, "cube")
        kinds = {"place": "pad"} if cls.name in ("place", "push_to") else {}
        # Of three or four things, not everything can be said in 20 words.
        size = "small" if len(cls.slots) < 3 else None
        refs = {
            slot: Many("cube", "red", size)
            if slot in cls.groups
            else Ref(kinds.get(slot, kind), "red", size)
            for slot in cls.slots
        }
        goal = cls.build(refs, p.fields)
        for pool, wanted in (("train", p.train), ("held-out", p.held_out)):
            drawn = {bare(realise(goal, rng, pool).text) for _ in range(300)}
            assert drawn <= sentences(goal)
            assert len(
                {
                    s.removeprefix("all ")
                    .replace(" all ", " ")
                    .replace("block", "cube")
                    .replace("lever", "slider")
                    .replace("key", "button")
                    .replace("mat", "pad")
                    .replace("little", "small")
                    for s in drawn
                }
            ) == len({bare(s) for s in wanted})


@pytest.mark.parametrize("pool", get_args(Pool))
def test_every_goal_has_short_words_in_every_pool_that_has_its_phrasings(pool: Pool):
    for _, cls in GOALS.items():
        for p in cls.phrasings:
            refs = {slot: (Many if slot in cls.groups else Ref)("pad") for slot in cls.slots}
            kinds = {"press": "button", "slide": "slider", "push_beside": "cube"}
            refs = {s: replace(ref, kind=kinds.get(cls.name, "pad")) for s, ref in refs.items()}
            has_words = pool != "syntactic" or bool(p.reordered)
            goal = cls.build(refs, p.fields)
            assert (try_realise(goal, stream(0, "short"), pool) is not None) == has_words


def test_the_same_stream_gives_the_same_sentence():
    goal = Place(Ref("cube", "red"), Ref("bowl", "blue"), "in")
    first, second = ([realise(goal, stream(3, "w", i)) for i in range(20)] for _ in range(2))
    assert first == second
    assert len({utterance.text for utterance in first}) > 5


def test_realise_refuses_a_goal_without_words():
    class Silent(Reach):
        pass

    with pytest.raises(InvalidValueError, match=r"No train phrasing means .*add one to its class"):
        realise(Silent(Ref("cube")), stream(0))


def test_realise_refuses_an_unknown_pool():
    with pytest.raises(InvalidValueError, match="pool must be"):
        realise(Reach(Ref("cube")), stream(0), "test")

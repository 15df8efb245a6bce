from dataclasses import dataclass
from itertools import combinations
from typing import get_args

import pytest

from tests.language.strategies import table
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import GOALS, Goal, Phrasings, Reach
from vlsim.language.connectives import without_politeness
from vlsim.language.phrasebook import index_patterns, phrasebook, vocabulary
from vlsim.language.templates import Pool, compile_templates
from vlsim.referring.ref import Ref
from vlsim.world.things import KINDS, ObjectSpec

MEANINGS = [
    pytest.param(p, id=f"{name}-{'-'.join(p.fields.values())}")
    for name, cls in GOALS.items()
    for p in cls.phrasings
]


@pytest.mark.parametrize("phrasings", MEANINGS)
def test_every_meaning_has_five_trained_and_three_held_out_phrasings(phrasings: Phrasings):
    assert len(set(phrasings.train)) == len(phrasings.train) >= 5
    assert len(set(phrasings.held_out)) == len(phrasings.held_out) >= 3


@pytest.mark.parametrize("phrasings", MEANINGS)
def test_every_held_out_phrasing_has_a_word_that_training_never_says(phrasings: Phrasings):
    trained = set(vocabulary("train"))
    for sentence in phrasings.held_out:
        assert [w for w in sentence.split() if "{" not in w and w not in trained], sentence


@pytest.mark.parametrize("phrasings", MEANINGS)
def test_some_held_out_word_order_is_new(phrasings: Phrasings):
    assert any(sentence.startswith("{") for sentence in phrasings.held_out)
    assert not any(sentence.startswith("{") for sentence in phrasings.train)


@pytest.mark.parametrize("phrasings", MEANINGS)
def test_training_also_hears_the_last_thing_first(phrasings: Phrasings):
    if "{place}" in phrasings.train[0]:
        assert any(s.index("{place}") < s.index("{target}") for s in phrasings.train)
    else:
        assert any(s.split().index("{target}") <= 2 for s in phrasings.train)


@pytest.mark.parametrize(("one", "other"), list(combinations(get_args(Pool), 2)))
def test_no_phrasing_stands_in_two_pools(one: Pool, other: Pool):
    patterns = {
        pool: {t.pattern for t in phrasebook().templates if t.pool == pool} for pool in (one, other)
    }
    assert patterns[one]
    assert patterns[other]
    assert not patterns[one] & patterns[other]


def test_goals_that_share_words_are_about_different_things():
    shared = [found for found in phrasebook().by_pattern.values() if len(found) > 1]
    assert {t.goal.name for found in shared for t in found} == {
        "place",
        "push",
        "push_beside",
        "push_to",
        "slide",
        "stack",
    }
    for templates in shared:
        for kind in KINDS:
            refs = {slot: Ref(kind) for slot in templates[0].slots}
            goals = [t.goal.build(refs, t.phrasings.fields) for t in templates]
            specs = {slot: ObjectSpec(kind, "red") for slot in refs}
            assert sum(goal.misfit(specs) is None for goal in goals) <= 1


def test_who_slides_left_is_told_by_the_kind_or_by_the_scene():
    assert parse("slide the cube to the left").name == "push"
    assert parse("slide the lever to the left").name == "slide"
    with pytest.raises(InstructionError, match="say of what kind 'the red object' is"):
        parse("slide the red thing to the left")
    scene = table(("red cube", 0.5, 0.0), ("blue pad", 0.4, 0.1))
    assert understand("slide the red thing to the left", scene).name == "push"


def goal_saying(
    train: tuple[str, ...], held_out: tuple[str, ...] = ("tap {target}",)
) -> type[Goal]:
    @dataclass(frozen=True)
    class Other(Reach):
        name = "other"
        phrasings = (Phrasings(train, held_out),)

    return Other


@pytest.mark.parametrize(
    ("train", "words"),
    [
        ("kiss it", "must name each of target once"),
        ("kiss {target} and {target}", "must name each of target once"),
        ("kiss {place}", "must name each of target once"),
        ("kiss {target} on the ball", r"must not contain content words, got \['ball'\]"),
        (" ".join(["kiss", *["very"] * 16, "{target}"]), "can have 21 words, allowed are 20"),
    ],
)
def test_a_bad_phrasing_is_refused_with_the_reason(train: str, words: str):
    with pytest.raises(InvalidValueError, match=words):
        compile_templates([goal_saying((train,))])


def test_twenty_words_are_allowed():
    (first, _) = compile_templates([goal_saying((" ".join(["kiss"] * 16 + ["{target}"]),))])
    assert len(first.literals) == 16


def test_one_pattern_with_two_meanings_of_one_goal_is_refused():
    goal = goal_saying(("kiss {target}",))
    goal.phrasings += (Phrasings(("kiss {target}",), ("smooch {target}",), {"tolerance": "1"}),)
    with pytest.raises(InvalidValueError, match=r"'kiss {target}' and 'kiss {target}' mean diff"):
        index_patterns(compile_templates([goal]))


def test_a_phrasing_in_both_pools_is_refused():
    templates = compile_templates([goal_saying(("kiss {target}",), ("please kiss {target}",))])
    with pytest.raises(InvalidValueError, match=r"'please kiss {target}' stands in two pools"):
        index_patterns(templates)


def test_vocabulary_is_sorted_and_of_its_pool():
    train, held_out = vocabulary("train"), vocabulary("held-out")
    assert train == sorted(set(train))
    assert held_out == sorted(set(held_out))
    assert "push" in train
    assert "push" not in held_out
    assert "shove" in held_out
    assert "shove" not in train
    assert {"cube", "block", "little", "orange", "the"} <= set(train) & set(held_out)


def test_an_unknown_pool_is_refused():
    with pytest.raises(InvalidValueError, match=r"pool must be one of 'train', .*, got 'test'"):
        vocabulary("test")


@pytest.mark.parametrize("words", [[], ["please"], ["please", "please"]])
def test_politeness_alone_leaves_nothing(words: list[str]):
    assert without_politeness(words) == ()

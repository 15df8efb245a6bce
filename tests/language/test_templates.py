from dataclasses import dataclass

import pytest

from vlsim.errors import InvalidValueError
from vlsim.language.goals import GOALS, Goal, Phrasings, Reach
from vlsim.language.templates import (
    TEMPLATES,
    compile_templates,
    index_patterns,
    vocabulary,
    without_politeness,
)

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


def test_no_phrasing_stands_in_both_pools():
    patterns = {
        pool: {t.pattern for t in TEMPLATES if t.pool == pool} for pool in ("train", "held-out")
    }
    assert not patterns["train"] & patterns["held-out"]


def test_patterns_with_the_same_words_mean_the_same():
    meaning = {}
    for t in TEMPLATES:
        assert meaning.setdefault(t.pattern, (t.goal, dict(t.phrasings.fields), t.slots)) == (
            t.goal,
            dict(t.phrasings.fields),
            t.slots,
        )


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


def test_one_pattern_for_two_goals_is_refused():
    templates = compile_templates([Reach, goal_saying(("touch {target}",))])
    with pytest.raises(InvalidValueError, match=r"'touch {target}' and 'touch {target}' mean diff"):
        index_patterns(templates)


def test_a_phrasing_in_both_pools_is_refused():
    templates = compile_templates([goal_saying(("kiss {target}",), ("please kiss {target}",))])
    with pytest.raises(InvalidValueError, match=r"'please kiss {target}' stands in both pools"):
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
    with pytest.raises(InvalidValueError, match="pool must be 'train' or 'held-out', got 'test'"):
        vocabulary("test")


@pytest.mark.parametrize("words", [[], ["please"], ["please", "please"]])
def test_politeness_alone_leaves_nothing(words: list[str]):
    assert without_politeness(words) == ()

"""A small share of `benchmarks/language_fuzz.py`, so that it is run at every change."""

import pytest

from benchmarks.language_fuzz import (
    FuzzConfig,
    discarded,
    read_back,
    read_by_another,
    read_damaged,
)
from tests.free_text.second_reading import verbs_of
from tests.language.plain_reading import Plain, read_plain
from vlsim.language.phrasebook import phrasebook

FEW = FuzzConfig(sentences=300, damaged=120)


def test_sentences_of_every_goal_and_set_read_back_and_are_left_as_they_are() -> None:
    found = read_back(FEW)
    assert found.pop("combined") > 100
    assert found == {"sentences": 300, "as meant": 300}


def test_how_much_the_writer_discards_is_counted() -> None:
    found = discarded(FEW)
    assert found["drafts"] + found["combined goals"] >= 290
    assert 0 <= found["drafts that are ambiguous"] <= 0.1 * found["drafts"]
    assert found["drafts that are read otherwise"] == 0


def test_a_reader_that_shares_nothing_with_ours_reads_plain_sentences_alike() -> None:
    found = read_by_another(FuzzConfig(sentences=2000))
    assert found["plain sentences"] > 100
    assert found["plain sentences read otherwise"] == 0
    assert found["plain sentences read alike"] >= 0.85 * found["plain sentences"]


def test_the_other_reader_reads_words_and_not_phrasings() -> None:
    cube, bowl, pad = ("cube", "red", None), ("bowl", None, "small"), ("pad", None, None)
    assert read_plain("chuck the red block into the little dish") == Plain(
        "place", "in", (cube, bowl)
    )
    assert read_plain("onto the mat slide the red cube") == Plain("push_to", None, (cube, pad))
    assert read_plain("touch the cube behind the bowl that is red") is None
    assert read_plain("slide the red thing to the left") is None


def test_damaged_sentences_are_neither_guessed_at_nor_crash() -> None:
    found = read_damaged(FEW)
    assert set(found) <= {
        "damaged",
        "refused",
        "asked back",
        "accepted",
        "accepted in other words",
    }
    assert found["refused"] > 80
    assert found["accepted"] > 2


def test_a_guess_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if every red thing were meant to be blue.
    monkeypatch.setattr(
        "vlsim.free_text.normalise._named", lambda said: said.replace("red", "blue")
    )
    monkeypatch.setattr("benchmarks.language_fuzz.damage", lambda words, *_: ["kindly", *words])
    assert read_damaged(FEW)["guess"] > 5


def test_the_second_reading_knows_a_verb_of_every_phrasing() -> None:
    assert not [
        str(t) for t in phrasebook().templates if not verbs_of(t.goal.name) & set(t.literals)
    ]

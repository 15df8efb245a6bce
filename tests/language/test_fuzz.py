"""A small share of `benchmarks/language_fuzz.py`, so that it is run at every change."""

import pytest

from benchmarks.language_fuzz import FuzzConfig, read_back, read_damaged
from tests.language.second_reading import VERBS
from vlsim.language.templates import phrasebook

FEW = FuzzConfig(sentences=300, damaged=120)


def test_sentences_of_every_goal_and_set_read_back_and_are_left_as_they_are() -> None:
    found = read_back(FEW)
    assert found.pop("combined") > 100
    assert found == {"sentences": 300, "as meant": 300}


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
    monkeypatch.setattr("vlsim.language.normalise._named", lambda said: said.replace("red", "blue"))
    monkeypatch.setattr("benchmarks.language_fuzz.damage", lambda words, *_: ["kindly", *words])
    assert read_damaged(FEW)["guess"] > 5


def test_the_second_reading_knows_a_verb_of_every_phrasing() -> None:
    assert not [
        str(t)
        for t in phrasebook().templates
        if not set(VERBS[t.goal.name].split()) & set(t.literals)
    ]

import pytest

from vlsim.language.frames import frame_of
from vlsim.language.grammar import parse


@pytest.mark.parametrize(
    ("text", "frame", "pool"),
    [
        ("put the cube in the bowl", "put {target} in {place}", "train"),
        ("please put the cube in the bowl", "put {target} in {place}", "train"),
        ("drop the cube behind the ball into the bowl", "drop {target} into {place}", "train"),
        ("deposit the cube inside the bowl", "deposit {target} inside {place}", "held-out"),
        ("deposit the cube in the bowl", "deposit {target} in {place}", "lexical"),
        ("go and put the can in the dish", "go and put {target} in {place}", "syntactic"),
    ],
)
def test_the_phrasing_that_a_sentence_was_made_from(text: str, frame: str, pool: str) -> None:
    found = frame_of(parse(text), text)
    assert found is not None
    assert (str(found), found.pool) == (frame, pool)


@pytest.mark.parametrize(
    "text", ["", "put", "put the cube in", "put the cube in the bowl bowl", "put the can in a bowl"]
)
def test_other_sentences_have_none(text: str) -> None:
    assert frame_of(parse("put the cube in the bowl"), text) is None

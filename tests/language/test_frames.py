import pytest

from vlsim.free_text.understand import parse
from vlsim.language.frames import frame_of, pool_of


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


@pytest.mark.parametrize(
    ("text", "pool"),
    [
        ("put the cube in the bowl then find it and lift it", "train"),
        ("put the cube in the bowl and then please put the can there", "train"),
        ("push all the cubes left then put them in the bowl", "train"),
        ("if there is no ball lift the cube otherwise touch the ball", "train"),
        ("if you see a ball please push it left", "train"),
        ("push the cube that is not red left and open the drawer", "train"),
        ("deposit the cube inside the bowl after that raise it", "held-out"),
        ("go and put the can in the dish then it is the ball that is to go up", "syntactic"),
        # A clause of each of two pools is in none.
        ("put the cube in the bowl then raise the ball", None),
    ],
)
def test_the_pool_that_every_clause_is_from(text: str, pool: str | None) -> None:
    assert pool_of(parse(text), text) == pool


def test_a_sentence_of_another_goal_is_in_no_pool() -> None:
    assert pool_of(parse("lift the cube then touch the ball"), "lift the cube") is None
    assert pool_of(parse("lift the cube"), "lift the cube then touch the ball") is None

"""A sentence is read once: its goals, the phrasing of every clause, and what cannot be read."""

import pytest

from vlsim.errors import InstructionError
from vlsim.goals import Reach, Then
from vlsim.language.sentences import read_sentence
from vlsim.language.templates import pool_of
from vlsim.referring.ref import Ref


@pytest.mark.parametrize(
    ("text", "phrasing", "pool"),
    [
        ("put the cube in the bowl", "put {target} in {place}", "train"),
        ("drop the cube behind the ball into the bowl", "drop {target} into {place}", "train"),
        ("deposit the cube inside the bowl", "deposit {target} inside {place}", "held-out"),
        ("deposit the cube in the bowl", "deposit {target} in {place}", "lexical"),
        ("go and put the can in the dish", "go and put {target} in {place}", "syntactic"),
    ],
)
def test_a_clause_is_read_by_its_phrasing(text: str, phrasing: str, pool: str) -> None:
    ((goal, (template,)),) = read_sentence(text.split()).templates.items()
    assert (str(template), template.pool, type(goal)) == (phrasing, pool, template.goal)


def test_please_changes_nothing() -> None:
    plain, polite = (read_sentence(text.split()) for text in ("lift it", "please lift it please"))
    assert (plain.words, plain.goals) == (polite.words, polite.goals)


@pytest.mark.parametrize(
    ("text", "pools", "pool"),
    [
        ("put the cube in the bowl then find it and lift it", ["train", "train"], "train"),
        ("put the cube in the bowl and then please put the can there", ["train"] * 2, "train"),
        ("push all the cubes left then put them in the bowl", ["train"] * 2, "train"),
        ("if there is no ball lift the cube otherwise touch the ball", ["train"] * 2, "train"),
        ("if you see a ball please push it left", ["train"], "train"),
        ("push the cube that is not red left and open the drawer", ["train"] * 2, "train"),
        ("deposit the cube inside the bowl after that raise it", ["held-out"] * 2, "held-out"),
        ("put the cube in the bowl then raise the ball", ["train", "held-out"], None),
    ],
)
def test_every_clause_of_a_sentence_has_a_phrasing(
    text: str, pools: list[str], pool: str | None
) -> None:
    (templates,) = read_sentence(text.split()).templates.values()
    assert [template.pool for template in templates] == pools
    assert pool_of(templates) == pool


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("lift the cube then dance", "dance"),
        ("please sing then dance", "sing"),
        ("lift the cube then it", ""),
        ("put the cube in the bowl bowl", "put the cube in the bowl bowl"),
    ],
)
def test_the_first_step_that_means_nothing_is_known(text: str, unread: str) -> None:
    reading = read_sentence(text.split())
    assert (reading.goals, reading.refusal) == ([], None)
    assert " ".join(reading.unread) == unread


def test_what_cannot_be_meant_has_a_reason_and_no_goal() -> None:
    reading = read_sentence(["touch", "all", "the", "cubes"])
    assert reading.goals == []
    assert isinstance(reading.refusal, InstructionError)
    # A cut in the wrong place gives reasons too, which nobody hears of where another has a meaning.
    chain = read_sentence(["touch", "the", "cube", "then", "touch", "the", "ball"])
    assert chain.goals == [Then((Reach(Ref("cube")), Reach(Ref("ball"))))]
    assert chain.refusal is None

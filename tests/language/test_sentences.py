"""Sentences of several clauses: in words and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.strategies import POOLS, PROPERTY, REFS, RNGS
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import meanings, parse
from vlsim.goals import (
    And,
    Arrange,
    Close,
    ForAll,
    Goal,
    If,
    Lift,
    Open,
    Place,
    Push,
    PushTo,
    PutBack,
    Reach,
    Then,
    goal_from_json,
)
from vlsim.language.sentences import preferred, read_sentence
from vlsim.language.templates import Pool
from vlsim.language.writer import try_realise
from vlsim.referring.ref import Many, Ref
from vlsim.seeding import stream

CUBE, BALL, CAN = Ref("cube", "red"), Ref("ball"), Ref("cylinder", "green")
BOWL, PAD = Ref("bowl"), Ref("pad", "blue")
IN_BOWL = Place(CUBE, BOWL, "in")

LASTING = st.one_of(
    st.builds(Place, REFS, REFS, st.sampled_from(["on", "in"])),
    st.builds(PushTo, REFS, REFS),
    st.builds(Push, REFS, st.sampled_from(["left", "back", "front right"])),
    st.builds(Open, REFS),
    st.builds(Close, REFS),
)
EVERY = st.builds(
    Many,
    st.sampled_from([None, "cube", "ball", "bowl"]),
    st.sampled_from([None, "red", "orange"]),
    number=st.none() | st.integers(2, 5),
)
SOME = st.builds(
    Many, st.sampled_from(["cube", "pad"]), number=st.integers(1, 5), every=st.just(False)
)
MANY = EVERY | SOME
FOR_ALL = st.one_of(
    st.builds(lambda many, place: ForAll(Place(many, place, "on")), MANY, REFS),
    st.builds(lambda many: ForAll(Push(many, "left")), MANY),
)
PARTS = LASTING | FOR_ALL
ANDS = st.lists(PARTS, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
STEPS = PARTS | ANDS | st.builds(Reach, REFS) | st.builds(Lift, REFS) | st.builds(PutBack, REFS)
CHAINS = st.lists(STEPS, min_size=2, max_size=5).map(lambda steps: Then(tuple(steps)))
IFS = st.builds(If, REFS, st.booleans(), STEPS | CHAINS, st.none() | STEPS)
COMBINED = st.one_of(FOR_ALL, ANDS, CHAINS, IFS)


@PROPERTY
@given(COMBINED)
def test_json_gives_an_equal_goal(goal: Goal):
    assert goal_from_json(goal.to_json()) == goal


@settings(PROPERTY, max_examples=60)
@given(COMBINED, RNGS, POOLS)
def test_what_is_written_is_read_as_nothing_else(goal: Goal, rng, pool: Pool):
    utterance = try_realise(goal, rng, pool)
    if utterance is not None:
        assert preferred(meanings(utterance.text)) == [goal]


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("put the cube in the bowl on the pad then ", "can be read in too many ways; split it"),
        # The same is named again and again, so each clause is read once.
        ("push it to the ball and ", "'reach' is over when the robot goes on"),
    ],
)
def test_what_has_many_meanings_is_refused_after_a_limited_search(unit: str, reason: str):
    words = ("push the can left then " + unit * 40 + "touch the cube").split()
    reading = read_sentence(words)
    assert reading.goals == []
    assert reason in str(reading.refusal)


def test_nearly_every_goal_has_words():
    """`try_realise` gives up where words could mean something else; that must stay rare."""
    chain = Then((IN_BOWL, Push(BALL, "left"), PutBack(BALL), Lift(CAN)))
    condition = If(Ref("cube", "blue"), False, IN_BOWL, Lift(CAN))
    for goal in (chain, condition, And((IN_BOWL, Open(Ref("drawer"))))):
        written = [try_realise(goal, stream(seed, "words")) for seed in range(50)]
        assert sum(utterance is not None for utterance in written) >= 45, goal


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        (
            "put the red cube in the bowl, then push the ball left",
            Then((IN_BOWL, Push(BALL, "left"))),
        ),
        (
            "First put the red cube in the bowl, then push it left and then put it back.",
            Then((IN_BOWL, Push(CUBE, "left"), PutBack(CUBE))),
        ),
        (
            "put the red cube in the bowl then put the ball there",
            Then((IN_BOWL, Place(BALL, BOWL, "in"))),
        ),
        (
            "push the ball to the blue pad then lift it then push the red cube there",
            Then((PushTo(BALL, PAD), Lift(BALL), PushTo(CUBE, PAD))),
        ),
        (
            "put the red cube in the bowl and open the drawer",
            And((IN_BOWL, Open(Ref("drawer")))),
        ),
        (
            "put all the balls on the blue pad then push them left",
            Then(
                (
                    ForAll(Place(Many("ball"), PAD, "on")),
                    ForAll(Push(Many("ball"), "left")),
                )
            ),
        ),
        (
            "push two of the balls to the left",
            ForAll(Push(Many("ball", number=2, every=False), "left")),
        ),
        ("push both balls left", ForAll(Push(Many("ball", number=2), "left"))),
        ("push every red ball left", ForAll(Push(Many("ball", "red"), "left"))),
        (
            "if there is a ball put the red cube in the bowl otherwise lift the green can",
            If(BALL, False, IN_BOWL, Lift(CAN)),
        ),
        ("if there is no ball, lift the green can", If(BALL, True, Lift(CAN))),
        (
            "if you see an orange ball push it left",
            If(Ref("ball", "orange"), False, Push(Ref("ball", "orange"), "left")),
        ),
        ("lift the green can if there is a ball", If(BALL, False, Lift(CAN))),
        # "It" is what was acted on, where that makes sense, or else the one thing that does.
        (
            "open the drawer then push the ball left then close it",
            Then((Open(Ref("drawer")), Push(BALL, "left"), Close(Ref("drawer")))),
        ),
        (
            "put the red cube on the blue pad then put the ball on it",
            Then((Place(CUBE, PAD, "on"), Place(BALL, PAD, "on"))),
        ),
        (
            "put the red cube next to the ball then push it left",
            Then((Arrange(CUBE, BALL, "next to"), Push(CUBE, "left"))),
        ),
        (
            "if there is a ball lift the green can then push it left otherwise put the red cube in "
            "the bowl",
            If(BALL, False, Then((Lift(CAN), Push(CAN, "left"))), IN_BOWL),
        ),
        # One clause wins, though both halves of it could stand alone.
        ("pick up the red cube and put it in the bowl", IN_BOWL),
    ],
)
def test_sentences_mean_what_a_person_says(text: str, goal: Goal):
    assert parse(text) == goal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("touch the cube and open the drawer", "'reach' is over when the robot goes on"),
        ("touch all the cubes", "'reach' is over .* one thing after the other, with 'then'"),
        ("push both cube left", "Say 'both cubes' instead of 'both cube'"),
        ("push every cubes left", "Say 'every cube' instead of 'every cubes'"),
        ("push the cube left then the ball", "No phrasing fits 'the ball'"),
        ("push it left", "No phrasing fits 'push it left'"),
        ("push the cube left then put them in the bowl", "No phrasing fits"),
        ("if there is the ball lift the can", "No phrasing fits"),
        (
            "if there is a ball lift the can then push it left",
            "not clear which steps of 'lift the can then push it left' the condition is for",
        ),
        ("lift the can then push it left if there is a ball", "not clear which steps"),
        (
            "put the red cube on the pad then put the blue cube on it",
            "Do you mean 'put the red cube on the pad then stack the blue cube on the red cube' or "
            "'put the red cube on the pad then put the blue cube on the pad'",
        ),
        ("put the cube on the pad in the drawer", "Do you mean 'put the cube on the pad that is"),
        (" then ".join(["push the cube left"] * 11), "A chain has 10 steps at most, got 11"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(text: str, words: str):
    with pytest.raises(InstructionError, match=words):
        parse(text)


def test_a_chain_of_ten_is_read():
    goal = parse(" then ".join(["push the cube left", "open the drawer"] * 5))
    assert isinstance(goal, Then)
    assert len(goal.steps) == 10


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Then((IN_BOWL,)), "2 to 10 steps, got 1"),
        (lambda: Then((IN_BOWL, Then((IN_BOWL, IN_BOWL)))), "no chain"),
        (lambda: And((IN_BOWL,)), "two goals or more, got 1"),
        (lambda: And((IN_BOWL, IN_BOWL), enough=3), "enough must be from 1 to 2"),
        (lambda: If(BALL, False, If(BALL, False, IN_BOWL)), "no condition of its own"),
        (lambda: ForAll(IN_BOWL), "plural target"),
        (lambda: Many("cube", number=1), "from 2 to 5, got 1"),
        (lambda: Many("cube", every=False), "needs a number"),
        (lambda: goal_from_json({"goal": "then", "steps": 3}), "'steps' must be a list, got 3"),
    ],
)
def test_malformed_goals_are_refused(make, words: str):
    with pytest.raises(InvalidValueError, match=words):
        make()

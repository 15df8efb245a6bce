"""Free text is read as what it says, or not at all."""

import numpy as np
import pytest
from hypothesis import assume, given

from tests.free_text.second_reading import disagreement
from tests.language.strategies import GOALS_IN_WORDS, POOLS, PROPERTY, RNGS
from vlsim.errors import InstructionError
from vlsim.free_text.normalise import LONGEST, wordings
from vlsim.free_text.synonyms import NAMES, PLACES, SPELLINGS, VERBS
from vlsim.free_text.understand import meanings, parse
from vlsim.goals import (
    And,
    Arrange,
    Close,
    ForAll,
    Goal,
    Lift,
    Open,
    Place,
    Press,
    Push,
    PushBeside,
    PushTo,
    Reach,
    Slide,
    Sort,
    Then,
    TipOver,
    Turn,
)
from vlsim.language.phrasebook import vocabulary
from vlsim.language.sentences import preferred
from vlsim.language.templates import Pool
from vlsim.language.writer import try_realise
from vlsim.referring.lexicon import CONTENT_WORDS
from vlsim.referring.phrases import PHRASE_WORDS
from vlsim.referring.ref import Many, Rank, Ref, Relation

CUBE, BOWL, PAD = Ref("cube", "red"), Ref("bowl", "blue"), Ref("pad")
IN = Place(CUBE, BOWL, "in")


@PROPERTY
@given(GOALS_IN_WORDS, RNGS, POOLS)
def test_a_sentence_of_the_grammar_is_read_as_it_stands(
    goal: Goal, rng: np.random.Generator, pool: Pool
):
    utterance = try_realise(goal, rng, pool)
    assume(utterance is not None)
    text = utterance.text
    assert next(wordings(text)) == text.split()
    assert preferred(meanings(text)) == [goal]


@pytest.mark.parametrize(
    "text",
    [
        "Could you please put the red cube in the blue bowl?",
        "hey robot, would you mind putting the red brick into the blue basin? Thanks!",
        "I\u2019d like you to put the red cube in the blue bowl for me, please.",
        "The red cube goes in the blue bowl.",
        "the red cube should be in the blue bowl",
        "I want the red cube to be in the blue bowl",
        "make sure the red cube is in the blue bowl",
        "the red block, put it in the blue dish",
        "grab the red cube and stick it in the blue bowl, ok?",
        "pop the cube that's red inside the bowl which is blue",
        "would you mind picking up the cube that's red and putting it in the blue dish, please",
        "um, just, uh, drop that red cube within the blue bowl now",
        "in the blue bowl goes the red cube",
        "pick up the red cube; put it in the blue bowl",
        "grab the red cube and then put it in the blue bowl using your hand",
        "get the scarlet block into the navy bowl",
        "I want the red cube put in the blue bowl",
        "  PUT   the “red” cube — in the blue bowl...  ",
    ],
)
def test_one_wish_in_many_words(text: str):
    assert parse(text) == IN
    assert disagreement(text, IN) is None


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("pick the red one up", Lift(Ref(None, "red"))),
        ("touch the red big cube", Reach(Ref("cube", "red", "large"))),
        ("touch the cube that is red and small", Reach(Ref("cube", "red", "small"))),
        ("touch the ball of red colour", Reach(Ref("ball", "red"))),
        ("touch the cube, the red one", Reach(CUBE)),
        ("tap the left-most cube", Reach(Ref("cube", rank=Rank("left")))),
        ("touch the cube on the far left", Reach(Ref("cube", rank=Rank("left")))),
        ("touch the 2nd cube from left", Reach(Ref("cube", rank=Rank("left", 2)))),
        ("put your finger on the red cube", Reach(CUBE)),
        ("shove the red cube onto the mat", PushTo(CUBE, PAD)),
        ("push the red cube until it is on the pad", PushTo(CUBE, PAD)),
        ("move the red cube on top of the pad", Place(CUBE, PAD, "on")),
        ("nudge that red cube to the left side", Push(CUBE, "left")),
        ("the red cube should be pushed backwards", Push(CUBE, "back")),
        ("move the red cube near the pad", Arrange(CUBE, PAD, "next to")),
        ("put the red cube right behind the blue bowl", Arrange(CUBE, BOWL, "behind")),
        ("I want the red drawer open", Open(Ref("drawer", "red"))),
        ("the red drawer needs closing", Close(Ref("drawer", "red"))),
        ("push the red button down", Press(Ref("button", "red"))),
        ("press the button now", Press(Ref("button"))),
        ("flick the red lever all the way to the left", Slide(Ref("slider", "red"), "left")),
        ("turn the red cube 90 degrees to the left", Turn(CUBE, "left")),
        ("rotate the red cube anti-clockwise by 45\u00b0", Turn(CUBE, "half left")),
        ("turn the red cube by 45 degrees clockwise", Turn(CUBE, "half right")),
        ("turn the red cube clockwise by 90 degrees", Turn(CUBE, "right")),
        ("turn the red cube counter-clockwise", Turn(CUBE, "left")),
        ("lay the red can on its side", TipOver(Ref("cylinder", "red"))),
        ("turn the red can over on its side", TipOver(Ref("cylinder", "red"))),
        ("sort the 4 cubes by colour", Sort(Many("cube", number=4), "color")),
        (
            "bring the balls alongside the blue bowl without lifting them",
            ForAll(PushBeside(Many("ball"), BOWL)),
        ),
        (
            "touch the cube near the blue bowl",
            Reach(Ref("cube", relation=Relation("next to", (BOWL,)))),
        ),
        (
            "don't forget to touch the cube that isn't red",
            Reach(Ref("cube", unlike=Ref(None, "red"))),
        ),
        # "One" is what was named before; what nothing was named before is anything.
        ("put the blue cube next to the red one", Arrange(Ref("cube", "blue"), CUBE, "next to")),
        ("put the blue one in the blue bowl", Place(Ref(None, "blue"), BOWL, "in")),
        (
            "Lift the blue brick. Then push the red one left.",
            Then((Lift(Ref("cube", "blue")), Push(CUBE, "left"))),
        ),
        (
            "Open the drawer. Press the button!",
            Then((Open(Ref("drawer")), Press(Ref("button")))),
        ),
        (
            "Hi! First, grab the red cube; next, stick it in the blue bowl. Thanks.",
            Then((Lift(CUBE), IN)),
        ),
        (
            "close the drawer, press the button, and shove the red cube left",
            And((Close(Ref("drawer")), Press(Ref("button")), Push(CUBE, "left"))),
        ),
        (
            "shove the red cube left and then pop it in the blue bowl",
            Then((Push(CUBE, "left"), IN)),
        ),
    ],
)
def test_words_in_another_order_mean_what_a_person_says(text: str, goal: Goal):
    assert parse(text) == goal
    assert disagreement(text, goal) is None


def test_what_shall_not_be_done_is_refused_in_those_words():
    with pytest.raises(InstructionError, match="'don't touch it' says what not to do; say only"):
        parse("don't touch it")


def test_one_that_may_be_of_two_kinds_is_asked_back():
    with pytest.raises(InstructionError, match="'the red one' could be a cube or a bowl; name it"):
        parse("put the cube in the bowl and push the red one left")


@pytest.mark.parametrize(
    "text",
    [
        "don't touch the red cube",
        "could you not touch the red cube",
        "never touch the red cube",
        "please do not put the cube in the bowl",
        "make sure the cube is not in the bowl",
        "make sure the red drawer isn't open",
        "put anything but the red cube in the bowl",
        # Which is red, the cube or the bowl?
        "touch the cube behind the bowl that is red",
        "put the cube in the bowl, the red one",
        # A red cube, or a red bowl?
        "put the cube in the bowl and push the red one left",
        "put the cube in the bowl. push the red one left",
        # To push is not to press, and a push that says no direction says nothing.
        "push the cube left of the bowl",
        "push the thing",
        "push the blue one to the left of the bowl",
        "push the ball on the pad",
        "put the cube in the bowl, the ball on the pad",
        "put the cube behind the bowl in the bowl that is red",
        # At once, or to the right?
        "push the red cube right now",
        "push the red thing right away",
        # Left of it, or on its left part?
        "put the cube on the left of the pad",
        # Whose left?
        "push the cube to your left",
        # A bit, partly, gently: the robot would not.
        "open the red drawer a bit",
        "gently push the red cube left",
        "move the cube in the bowl",
        "bring the cube to the pad",
        "nudge the red cube",
        "take the red cube off the table",
        "put the box in the bowl",
        "turn the knob",
        # Which way, how far?
        "turn the red cube 90 degrees",
        "turn the red cube 30 degrees to the left",
        "turn the can over",
        "the cube that red is",
        "red cube in the blue bowl",
    ],
)
def test_what_is_not_certain_is_refused(text: str):
    with pytest.raises(InstructionError):
        parse(text)


@pytest.mark.parametrize("polite", ["", "Could you please ", "hey robot, ", "I want you to "])
@pytest.mark.parametrize("tail", ["", ", thanks", " for me, please"])
def test_courtesy_does_not_hide_a_second_reading(polite: str, tail: str):
    text = f"{polite}stick the cube in the bowl on the pad{tail}"
    assert len(meanings(text)) == 2
    with pytest.raises(InstructionError) as caught:
        parse(text)
    question = str(caught.value)
    answers = question.split("'")[-4::2]
    assert [parse(answer) for answer in answers] == meanings(text)


def test_no_word_of_a_noun_phrase_is_taken_for_another():
    assert not set(NAMES) & (CONTENT_WORDS | PHRASE_WORDS)
    assert set(NAMES.values()) <= CONTENT_WORDS
    known = {*vocabulary("train"), *vocabulary("held-out"), *PHRASE_WORDS}
    assert not set(SPELLINGS) & known
    assert {word for said in (*VERBS.values(), *PLACES.values()) for word in said.split()} <= known


def test_a_very_long_text_is_refused_at_once():
    for text in (
        "touch the cube " * 20_000,
        "um " * 50_000,
        "x" * 500_000,
        "the one that is " * 9000,
    ):
        with pytest.raises(InstructionError):
            parse(text)
    assert len(list(wordings("touch " * (LONGEST + 1)))) == 1

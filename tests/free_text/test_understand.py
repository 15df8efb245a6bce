"""What is typed has one meaning, by its words or in a scene, or is refused with the reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.strategies import PROPERTY, table
from vlsim.errors import InstructionError
from vlsim.free_text.answers import EXAMPLE
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Goal, Place, PushTo, Reach
from vlsim.referring.ref import Ref

SCENE = table(
    ("red cube", 0.40, -0.1),
    ("large red cube", 0.40, 0.1),
    ("green ball", 0.60, 0.0),
    ("blue bowl", 0.50, 0.0),
    ("red pad", 0.60, 0.15),
)


def test_understand_returns_the_goal_that_names_one_thing_each():
    goal = understand("put the green ball in the bowl", SCENE)
    assert goal == Place(Ref("ball", "green"), Ref("bowl"), "in")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("touch the purple ball", "'the purple ball' names nothing; the scene holds"),
        (
            "touch the cube",
            r"names two things. Which cube: the small one or the large one\?$",
        ),
        ("put the ball in the red thing", "names 3 things"),
        ("put the bowl on the pad", "'the bowl' cannot be moved; name one of: cube, cyl"),
        ("put the ball in the pad", "'the pad' is nothing to put this into; name a bowl"),
        ("put the ball on the bowl", "'the bowl' is nothing to put things on; name a pad"),
        ("push the ball onto the bowl", "'the bowl' is nothing to push things onto; name a pad"),
        ("put the ball in the green thing", "'the ball' and 'the green object' name the same"),
        ("helo", "Unknown word 'helo'"),
    ],
)
def test_what_this_scene_cannot_mean_is_refused_with_the_reason(text: str, words: str):
    with pytest.raises(InstructionError, match=words):
        understand(text, SCENE)


def test_what_is_already_true_is_refused():
    scene = table(("red cube", 0.50, 0.0), ("red pad", 0.50, 0.01))
    with pytest.raises(InstructionError, match="That is already true in this scene"):
        understand("push the cube to the pad", scene)


def test_a_goal_without_a_sentence_is_checked_alike():
    Place(Ref("ball"), Ref("bowl"), "in").check(SCENE)
    with pytest.raises(InstructionError, match="'the ball' is nothing to put things on"):
        Place(Ref("cube", None, "large"), Ref("ball"), "on").check(SCENE)


@settings(PROPERTY, max_examples=300)
@given(st.text())
def test_any_text_is_refused_in_one_line_and_never_crashes(text: str):
    try:
        parse(text)
    except InstructionError as error:
        (_,) = str(error).splitlines()


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("touch the red cube", Reach(Ref("cube", "red"))),
        ("in the blue bowl put the red cube", Place(Ref("cube", "red"), Ref("bowl", "blue"), "in")),
        ("Push a small can onto the mat!", PushTo(Ref("cylinder", None, "small"), Ref("pad"))),
        ("the blue dish should contain the block", Place(Ref("cube"), Ref("bowl", "blue"), "in")),
        ("take the thing and set it on the pad", Place(Ref(None), Ref("pad"), "on")),
    ],
)
def test_a_sentence_means_what_a_person_says(text: str, goal: Goal):
    assert parse(text) == goal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", f"The instruction is empty; say for example '{EXAMPLE}'"),
        (" ?!. ", "The instruction is empty"),
        ("put the red cueb in the bowl", r"Unknown word 'cueb' \(did you mean 'cube'\?\)"),
        ("fetch teh red cube", r"Unknown words 'fetch', 'teh' \(did you mean 'the'"),
        ("q1 b2 c3 d4 e5", "'q1', 'b2', 'c3' and 2 more in"),
        ("put the red in the bowl", "'red' has no noun after it"),
        ("touch the small", "'small' has no noun after it"),
        ("touch the red big", "size after the colour; say 'big red'"),
        ("touch the red red cube", "'red' has no noun after it"),
        ("put the red cube over the bowl", "No phrasing fits .*nearest are 'put {target} on"),
        ("touch the the cube", "No phrasing fits"),
        ("touch the cube the", "No phrasing fits"),
        ("the cube", "No phrasing fits"),
        ("please", "'please' asks for nothing; say for example"),
        ("Hello robot, thank you!", "'Hello robot, thank you!' asks for nothing"),
        (
            "mets le cube rouge dans le bol",
            "'rouge' and 2 more in .* understands English",
        ),
        ("touch the vilot cube", r"'vilot' \(did you mean 'violet'\?\)"),
        ("depozit the cube in the bowl", r"'depozit' \(did you mean 'deposit'\?\)"),
        ("toch the cube", r"'toch' \(did you mean 'touch'\?\)"),
        ("touch the cube behnd the leftmos ball", "'behind'.*'leftmost'"),
        ("touch the cube " * 100, r"No phrasing fits '.{80}…'"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(text: str, words: str):
    with pytest.raises(InstructionError, match=words):
        parse(text)


@pytest.mark.parametrize("text", [None, 3, b"touch the cube", ["touch"]])
def test_only_strings_are_instructions(text: object):
    with pytest.raises(InstructionError, match="An instruction is a string, got"):
        parse(text)


def test_the_example_of_error_messages_can_be_parsed():
    assert parse(EXAMPLE) == Place(Ref("cube", "green"), Ref("bowl", "red"), "in")

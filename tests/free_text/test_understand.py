import pytest

from tests.language.strategies import table
from vlsim.errors import InstructionError
from vlsim.free_text.understand import understand
from vlsim.goals import Place
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

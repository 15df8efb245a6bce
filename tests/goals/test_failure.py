"""Why an episode failed is told from the first and the last scene of the part that failed."""

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.goals import Goal, Lift, Place, Push, Reach, Then
from vlsim.goals.failure import Failure, name_of, why_failed
from vlsim.goals.monitor import Monitor
from vlsim.referring.ref import Ref
from vlsim.world import SceneState

SCENE = with_ee(
    table(
        ("red cube", 0.40, -0.15),
        ("blue cube", 0.40, 0.15),
        ("blue pad", 0.60, 0.15),
        ("green pad", 0.60, -0.15),
    ),
    0.3,
    0.0,
    0.3,
)
RED, BLUE, PAD = Ref("cube", "red"), Ref("cube", "blue"), Ref("pad", "blue")
PUT = Place(RED, PAD, "on")


def after(goal: Goal, *scenes: SceneState) -> str:
    monitor = Monitor(goal, SCENE)
    for scene in scenes:
        monitor.advance(scene)
    return why_failed(monitor, scenes[-1])


@pytest.mark.parametrize(
    ("goal", "now", "words"),
    [
        (PUT, SCENE, "touched nothing: no object was moved or reached"),
        (
            PUT,
            moved(SCENE, 1, to=(0.60, 0.15, 0.022)),
            "wrong object: acted on the blue cube, not the red cube",
        ),
        (
            PUT,
            moved(SCENE, 0, to=(0.60, -0.15, 0.022)),
            "wrong place: the red cube lies on or in the green pad, not the blue pad",
        ),
        (
            PUT,
            moved(SCENE, 0, to=(0.52, 0.15, 0.02)),
            "missed the place: the red cube lies 8 cm from the centre of the blue pad",
        ),
        (
            PUT,
            moved(SCENE, 0, to=(0.9, 0.15, -0.3)),
            "lost object: the red cube fell off the table",
        ),
        (
            PUT,
            with_ee(moved(SCENE, 0, to=(0.60, 0.15, 0.06)), 0.60, 0.15, 0.06, opening=0.04),
            "still held: the red cube is between the fingers",
        ),
        (
            PUT,
            with_speed(moved(SCENE, 0, to=(0.60, 0.15, 0.022)), 0, 0.5),
            "not finished: the red cube is on or in the blue pad, but not as it was asked for",
        ),
        (
            Push(RED, "right"),
            moved(SCENE, 0, to=(0.40, -0.12, 0.02)),
            "not finished: acted on the red cube, but only ",
        ),
        (Reach(RED), SCENE, "touched nothing: no object was moved or reached"),
    ],
)
def test_the_reason_says_what_happened_instead(goal: Goal, now: SceneState, words: str) -> None:
    assert after(goal, now).startswith(words)


def test_success_has_no_reason() -> None:
    assert after(PUT, moved(SCENE, 0, to=(0.60, 0.15, 0.022))) == ""


def test_what_was_lifted_and_lies_far_from_its_place_was_dropped() -> None:
    def carried_to(x: float) -> str:
        lifted = moved(SCENE, 0, to=(0.5, 0.0, 0.12))
        return after(PUT, lifted, moved(SCENE, 0, to=(x, 0.15, 0.02)))

    assert carried_to(0.47).startswith("dropped: the red cube lies 13 cm from the centre of")
    assert carried_to(0.49).startswith("missed the place: the red cube lies 11 cm from")
    pushed = after(PUT, moved(SCENE, 0, to=(0.47, 0.15, 0.02)))
    assert pushed.startswith("missed the place: the red cube lies 13 cm from")


def test_of_a_chain_the_reason_is_about_the_part_that_failed() -> None:
    goal = Then((Place(RED, PAD, "on"), Lift(BLUE)))
    done = moved(SCENE, 0, to=(0.60, 0.15, 0.022))
    words = after(goal, done, moved(done, 0, to=(0.5, 0.0, 0.02)))
    assert words == "wrong object: in part 2 of 2, acted on the red cube, not the blue cube"


def test_every_reason_begins_with_a_kind_that_can_be_counted() -> None:
    words = after(PUT, SCENE)
    assert Failure(words.partition(":")[0]) is Failure.TOUCHED_NOTHING


def test_things_that_look_the_same_are_called_by_colour_and_kind() -> None:
    twins = table(("red cube", 0.4, 0.0), ("red cube", 0.5, 0.0))
    assert name_of(twins, 1) == "the red cube"

"""Place between: three things, a free spot near the middle, and the words."""

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InstructionError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import PlaceBetween, goal_from_json
from vlsim.referring.ref import Ref
from vlsim.referring.relations import holds
from vlsim.skills.room import FREE_GAP
from vlsim.world.things import ObjectSpec

SCENE = table(("red cube", 0.60, 0.0), ("blue bowl", 0.45, -0.14), ("green ball", 0.45, 0.16))
GOAL = PlaceBetween(Ref("cube"), Ref("bowl"), Ref("ball"))


def left_at(x: float, y: float, height: float = 0.02):
    return with_ee(moved(SCENE, 0, to=(x, y, height)), 0.3, 0.0, 0.3, opening=0.04)


@pytest.mark.parametrize(
    ("x", "y", "there"),
    [
        (0.45, 0.01, True),
        (0.45, 0.06 + 0.029, True),
        (0.45, 0.06 + 0.031, False),
        (0.45, -0.04 - 0.029, True),
        (0.45, -0.04 - 0.031, False),
        (0.479, 0.01, True),
        (0.481, 0.01, False),
    ],
)
def test_it_lies_within_three_centimetres_of_the_middle_third(x: float, y: float, there: bool):
    assert GOAL.achieved(SCENE, left_at(x, y)) is there


def test_what_is_clearly_between_in_a_phrase_was_put_there():
    for x, y in [(0.45, 0.01), (0.469, 0.01), (0.45, -0.06), (0.45, 0.08)]:
        assert holds("between", left_at(x, y), 0, (1, 2)) is True
        assert GOAL.achieved(SCENE, left_at(x, y))


def test_it_must_lie_on_the_table_at_rest_and_not_be_held():
    assert not GOAL.achieved(SCENE, left_at(0.45, 0.01, 0.031))
    assert not GOAL.achieved(SCENE, with_speed(left_at(0.45, 0.01), 0, 0.05))
    assert not GOAL.achieved(SCENE, with_ee(left_at(0.45, 0.01), 0.45, 0.01, 0.02, opening=0.04))


def test_progress_counts_the_way_to_the_middle():
    assert GOAL.progress(SCENE, SCENE) == {"approach": 0.0, "lift": 0.0, "move": 0.0}
    terms = GOAL.progress(SCENE, moved(SCENE, 0, to=(0.525, 0.005, 0.10)))
    assert terms["move"] == pytest.approx(0.5)
    assert terms["lift"] == 1.0
    assert set(GOAL.progress(SCENE, left_at(0.45, 0.03)).values()) == {1.0}


def test_the_plan_leaves_it_in_the_middle():
    skill = GOAL.plan(SCENE)
    assert skill.name == "pick_place"
    assert skill.start_world == pytest.approx((0.60, 0.0))
    assert skill.end_world == pytest.approx((0.45, 0.01))


def test_the_plan_makes_room_for_what_stands_near_the_middle():
    crowd = table(
        ("red cube", 0.60, 0.0),
        ("blue cube", 0.45, -0.19),
        ("green ball", 0.45, 0.19),
        ("red ball", 0.45, -0.08),
    )
    goal = PlaceBetween(Ref("cube", "red"), Ref("cube", "blue"), Ref("ball", "green"))
    spot = goal.plan(crowd).end_world
    assert spot == pytest.approx((0.45, 0.0))
    nearer = moved(crowd, 3, to=(0.45, -0.06, 0.02))
    spot = goal.plan(nearer).end_world
    assert spot == pytest.approx((0.45, 0.019))
    assert math.dist(spot, (0.45, -0.06)) >= 0.02 * 2**0.5 + 0.02 + FREE_GAP


def test_two_things_side_by_side_leave_no_room_between():
    close = table(("red cube", 0.60, 0.0), ("blue bowl", 0.45, -0.05), ("green ball", 0.45, 0.06))
    assert not GOAL.is_feasible(close)
    assert GOAL.is_feasible(SCENE)


def test_only_movable_things_are_put_there():
    fixed, movable = ObjectSpec("bowl", "red"), ObjectSpec("cube", "red")
    assert GOAL.misfit({"target": movable, "place": fixed, "other": movable}) is None
    assert GOAL.misfit({"target": fixed, "place": movable, "other": movable}) is not None


def test_words_and_json():
    text = "put the cube between the bowl and the ball"
    assert parse(text) == GOAL
    assert goal_from_json(GOAL.to_json()) == GOAL
    assert understand(text, SCENE) == GOAL
    assert GOAL.named(SCENE) == {"target": (0,), "place": (1,), "other": (2,)}
    with pytest.raises(InstructionError, match="name the same thing"):
        understand("put the cube between the bowl and the blue bowl", SCENE)

"""Push away: the gap has to grow by the target's own way."""

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.free_text.understand import parse, understand
from vlsim.goals import PushAway
from vlsim.referring.ref import Ref
from vlsim.world.space import distance_to_segment
from vlsim.world.things import ObjectSpec

SCENE = table(("red cube", 0.50, 0.0), ("blue ball", 0.50, -0.10))
GOAL = PushAway(Ref("cube"), Ref("ball"))


def pushed(distance: float, degrees: float = 0.0, height: float = 0.02):
    """The scene after the cube went some way, off the way straight from the ball."""
    angle = math.radians(degrees)
    to = 0.50 + distance * math.sin(angle), distance * math.cos(angle), height
    return moved(SCENE, 0, to=to)


@pytest.mark.parametrize(
    ("distance", "degrees", "height", "there"),
    [
        (0.051, 0, 0.02, True),
        (0.049, 0, 0.02, False),
        (0.09, 60, 0.02, True),
        (0.09, 90, 0.02, False),
        (0.09, 180, 0.02, False),
        (0.09, 0, 0.029, True),
        (0.09, 0, 0.031, False),
    ],
)
def test_five_centimetres_farther_is_away(
    distance: float, degrees: float, height: float, there: bool
):
    assert GOAL.achieved(SCENE, pushed(distance, degrees, height)) is there


def test_a_place_that_goes_away_itself_or_comes_along_does_not_count():
    assert not GOAL.achieved(SCENE, moved(SCENE, 1, to=(0.50, -0.18, 0.02)))
    assert not GOAL.achieved(SCENE, moved(pushed(0.06), 1, to=(0.50, -0.08, 0.02)))
    assert GOAL.achieved(SCENE, moved(pushed(0.06), 1, to=(0.50, -0.095, 0.02)))


def test_a_cube_that_still_moves_is_not_there_yet():
    assert not GOAL.achieved(SCENE, with_speed(pushed(0.08), 0, 0.05))


def test_progress_is_the_share_of_five_centimetres():
    before = with_ee(SCENE, 0.5, 0.0, 0.3)
    assert GOAL.progress(before, before) == {"approach": 0.0, "move": 0.0}
    half = with_ee(pushed(0.025), 0.5, 0.0, 0.3)
    assert GOAL.progress(before, half)["move"] == pytest.approx(0.5)
    assert GOAL.progress(before, pushed(-0.02))["move"] == 0.0
    away = with_ee(pushed(0.05), 0.3, 0.0, 0.3)
    assert GOAL.progress(before, away) == {"approach": 1.0, "move": 1.0}


def test_the_plan_begins_between_the_two_and_pushes_nine_centimetres():
    skill = GOAL.plan(SCENE)
    assert skill.name == "push"
    assert skill.start_world == pytest.approx((0.50, -0.05))
    assert skill.end_world == pytest.approx((0.50, 0.09 - 0.02 - 0.01))


def test_the_plan_goes_round_what_stands_behind_the_target():
    crowd = table(
        ("red cube", 0.50, 0.0), ("blue ball", 0.50, -0.10), ("green cylinder", 0.5, 0.08)
    )
    skill = GOAL.plan(crowd)
    assert GOAL.is_feasible(crowd)
    assert distance_to_segment((0.5, 0.08), (0.5, 0.0), skill.end_world) > 0.02 + 0.018
    ex, ey = skill.end_world
    assert math.hypot(ex - 0.50, ey + 0.10) - 0.10 > 0.02


def test_a_thing_in_a_corner_is_not_pushed_off_the_table():
    corner = table(("red cube", 0.64, 0.17), ("blue ball", 0.58, 0.11))
    assert not GOAL.is_feasible(corner)
    assert GOAL.is_feasible(SCENE)


def test_no_room_for_the_fingers_makes_it_infeasible():
    tight = table(("red cube", 0.50, 0.0), ("blue ball", 0.50, -0.05))
    assert not GOAL.is_feasible(tight)


def test_from_the_middle_of_a_pad_any_way_leads_away():
    on_pad = table(("red cube", 0.50, 0.0), ("blue pad", 0.50, 0.0))
    goal = PushAway(Ref("cube"), Ref("pad"))
    assert goal.is_feasible(on_pad)


def test_only_movable_things_are_pushed_away():
    specs = {"target": ObjectSpec("cube", "red"), "place": ObjectSpec("drawer", "red")}
    assert GOAL.misfit(specs) is None
    assert GOAL.misfit({**specs, "target": ObjectSpec("bowl", "red")}) is not None


def test_away_from_is_no_direction():
    assert parse("slide the cube away from the ball") == GOAL
    assert parse("push the second cube from the left away from the ball").place == Ref("ball")
    assert understand("push the cube away from the ball", SCENE) == GOAL

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.goals import PushTo
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

GOAL = PushTo(Ref("cube"), Ref("pad"))
START = table(("red cube", 0.40, -0.1), ("blue pad", 0.40, 0.1))


def at_gap(gap: float, z: float = 0.02) -> SceneState:
    return moved(START, 0, to=(0.40, 0.1 - gap, z))


@pytest.mark.parametrize(("gap", "there"), [(0.0, True), (0.039, True), (0.041, False)])
def test_push_is_achieved_only_within_tolerance(gap: float, there: bool):
    assert GOAL.achieved(START, at_gap(gap)) is there


def test_tolerance_is_a_field():
    goal = PushTo(Ref("cube"), Ref("pad"), tolerance=0.01)
    assert goal.achieved(START, at_gap(0.009))
    assert not goal.achieved(START, at_gap(0.011))


@pytest.mark.parametrize(
    ("rise", "there"), [(0.002, True), (0.0099, True), (0.0101, False), (-0.0101, False)]
)
def test_a_lifted_target_is_not_pushed(rise: float, there: bool):
    assert GOAL.achieved(START, at_gap(0.0, 0.02 + rise)) is there


@pytest.mark.parametrize(("speed", "there"), [(0.019, True), (0.021, False)])
def test_push_is_achieved_only_at_rest(speed: float, there: bool):
    assert GOAL.achieved(START, with_speed(at_gap(0.0), 0, speed)) is there


def test_move_is_the_share_of_the_distance_to_tolerance():
    shares = [GOAL.progress(START, at_gap(gap))["move"] for gap in (0.3, 0.2, 0.12, 0.04, 0.0)]
    assert shares == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


def test_approach_is_the_share_of_the_distance_to_contact_range():
    before = with_ee(START, 0.40, -0.1, 0.27)
    shares = [
        GOAL.progress(before, with_ee(START, 0.40, -0.1, z))["approach"]
        for z in (0.27, 0.17, 0.07, 0.03)
    ]
    assert shares == pytest.approx([0.0, 0.5, 1.0, 1.0])


def test_leaving_after_success_costs_nothing():
    now = with_ee(at_gap(0.02), 0.3, 0.0, 0.4)
    assert GOAL.progress(START, now) == {"approach": 1.0, "move": 1.0}


def test_the_plan_starts_behind_the_target_and_ends_in_contact():
    skill = GOAL.plan(START)
    assert skill.name == "push"
    assert skill.start_world == pytest.approx((0.40, -0.1 - 0.05))
    assert skill.end_world == pytest.approx((0.40, 0.1 - 0.03))


def test_the_plan_lies_on_the_line_through_both_centres():
    scene = table(("large red cube", 0.35, -0.15), ("blue pad", 0.59, 0.17))
    skill = GOAL.plan(scene)
    ux, uy = 0.6, 0.8
    assert skill.start_world == pytest.approx((0.35 - 0.056 * ux, -0.15 - 0.056 * uy))
    assert skill.end_world == pytest.approx((0.59 - 0.036 * ux, 0.17 - 0.036 * uy))


def test_the_plan_follows_the_present_scene_not_the_first():
    assert GOAL.plan(at_gap(0.05)).start_world == pytest.approx((0.40, 0.05 - 0.05))


def test_a_target_that_is_there_gives_a_finite_plan():
    skill = GOAL.plan(at_gap(0.0))
    assert all(map(math.isfinite, (*skill.start_world, *skill.end_world)))


@pytest.mark.parametrize(("y", "free"), [(0.031, False), (0.075, True), (-0.075, True)])
def test_a_thing_in_the_way_makes_it_infeasible(y: float, free: bool):
    scene = table(("red cube", 0.40, 0.0), ("blue pad", 0.60, 0.0), ("green ball", 0.50, y))
    assert GOAL.is_feasible(scene) is free


def test_no_room_behind_the_target_makes_it_infeasible():
    scene = table(("red cube", 0.40, 0.0), ("blue pad", 0.60, 0.0), ("green bowl", 0.31, 0.0))
    assert not GOAL.is_feasible(scene)


def test_things_slide_over_pads():
    scene = table(("red cube", 0.36, 0.0), ("blue pad", 0.62, 0.0), ("green pad", 0.50, 0.0))
    assert PushTo(Ref("cube"), Ref("pad", "blue")).is_feasible(scene)


@pytest.mark.parametrize(
    ("target", "place", "slot"),
    [
        ("cube", "pad", None),
        ("ball", "pad", None),
        ("bowl", "pad", "target"),
        ("cube", "bowl", "place"),
        ("cube", "ball", "place"),
    ],
)
def test_only_movable_things_are_pushed_and_only_onto_surfaces(
    target: str, place: str, slot: str | None
):
    misfit = GOAL.misfit({"target": ObjectSpec(target, "red"), "place": ObjectSpec(place, "red")})
    assert (misfit and misfit[0]) == slot

"""Push beside: next to it by the target's own way; which words it shares with pushing onto."""

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InstructionError
from vlsim.free_text.understand import meanings, parse, understand
from vlsim.goals import PushBeside, PushTo
from vlsim.language.writer import realise
from vlsim.referring.ref import Ref
from vlsim.referring.relations import holds
from vlsim.seeding import stream
from vlsim.world.things import ObjectSpec

SCENE = table(("red cube", 0.40, -0.15), ("blue ball", 0.40, 0.05), ("green pad", 0.58, 0.1))
GOAL = PushBeside(Ref("cube"), Ref("ball"))


def at_gap(gap: float, height: float = 0.02):
    """The scene with that much between the outlines of cube and ball."""
    return moved(SCENE, 0, to=(0.40, 0.05 - 0.04 - gap, height))


@pytest.mark.parametrize(
    ("gap", "height", "there"),
    [
        (0.0, 0.02, True),
        (0.0599, 0.02, True),
        (0.0601, 0.02, False),
        (0.03, 0.0299, True),
        (0.03, 0.0301, False),
    ],
)
def test_it_is_there_where_it_is_next_to_the_place(gap: float, height: float, there: bool):
    assert GOAL.achieved(SCENE, at_gap(gap, height)) is there
    assert (holds("next to", at_gap(gap), 0, (1,)) is True) is (gap < 0.06)


def test_a_place_that_was_brought_does_not_count():
    brought = moved(SCENE, 1, to=(0.40, -0.09, 0.02))
    assert holds("next to", brought, 0, (1,)) is True
    assert not GOAL.achieved(SCENE, brought)
    assert GOAL.progress(SCENE, brought)["move"] == 0.0
    nudged = moved(at_gap(0.0), 1, to=(0.40, 0.07, 0.02))
    assert GOAL.achieved(SCENE, nudged)


def test_a_cube_that_still_moves_is_not_there_yet():
    assert not GOAL.achieved(SCENE, with_speed(at_gap(0.03), 0, 0.05))


def test_progress_is_the_share_of_the_way_to_being_next_to_it():
    before = with_ee(SCENE, 0.4, -0.15, 0.3)
    assert GOAL.progress(before, before) == {"approach": 0.0, "move": 0.0}
    half = with_ee(at_gap(0.06 + 0.05), 0.4, -0.15, 0.3)
    assert GOAL.progress(before, half)["move"] == pytest.approx(0.5)
    there = with_ee(at_gap(0.05), 0.3, 0.0, 0.3)
    assert GOAL.progress(before, there) == {"approach": 1.0, "move": 1.0}


def test_the_plan_ends_a_small_gap_before_the_place():
    skill = GOAL.plan(SCENE)
    assert skill.name == "push"
    assert skill.start_world == pytest.approx((0.40, -0.15 - 0.05))
    assert skill.end_world == pytest.approx((0.40, 0.05 - 0.04 - 0.025 - 0.03))


@pytest.mark.parametrize(("y", "free"), [(0.055, False), (0.08, True)])
def test_a_thing_in_the_way_makes_it_infeasible(y: float, free: bool):
    scene = table(("red cube", 0.40, 0.0), ("blue ball", 0.60, 0.0), ("green bowl", 0.50, y + 0.03))
    assert GOAL.is_feasible(scene) is free


@pytest.mark.parametrize(("gap", "enough"), [(0.084, False), (0.086, True)])
def test_a_push_is_long_enough_to_be_one(gap: float, enough: bool):
    scene = table(("red cube", 0.40, 0.0), ("blue ball", 0.40, 0.04 + gap))
    assert GOAL.is_feasible(scene) is enough


def test_a_drawer_is_approached_from_where_it_does_not_open():
    goal = PushBeside(Ref("cube"), Ref("drawer"))
    assert goal.is_feasible(table(("red cube", 0.50, -0.16), ("blue drawer", 0.50, 0.05)))
    assert not goal.is_feasible(table(("red cube", 0.64, 0.05), ("blue drawer", 0.40, 0.05)))


def test_what_is_next_to_it_already_is_refused():
    with pytest.raises(InstructionError, match="already true"):
        understand("push the cube against the ball", at_gap(0.05))


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("push the cube to the ball", PushBeside(Ref("cube"), Ref("ball"))),
        ("push the cube to the drawer", PushBeside(Ref("cube"), Ref("drawer"))),
        ("push the cube to the pad", PushTo(Ref("cube"), Ref("pad"))),
        ("push the cube onto the ball", PushTo(Ref("cube"), Ref("ball"))),
        ("push the cube up to the pad", PushBeside(Ref("cube"), Ref("pad"))),
        ("push the cube to the blue thing", PushTo(Ref("cube"), Ref(None, "blue"))),
    ],
)
def test_the_kind_says_whether_it_is_pushed_onto_or_up_to(text: str, goal: PushTo | PushBeside):
    assert parse(text) == goal


def test_the_scene_says_what_a_thing_without_a_kind_is():
    assert len(meanings("push the cube to the blue thing")) == 2
    assert understand("push the cube to the blue thing", SCENE).name == "push_beside"
    assert understand("push the cube to the green thing", SCENE).name == "push_to"


def test_to_a_thing_without_a_kind_is_only_said_of_pads():
    drawn = {realise(PushBeside(Ref("cube"), Ref(None)), stream(0, i)).text for i in range(200)}
    assert not [text for text in drawn if text.startswith("push the cube to ")]
    drawn = {realise(PushTo(Ref("cube"), Ref(None)), stream(0, i)).text for i in range(200)}
    assert [text for text in drawn if text.startswith("push the cube to ")]


def test_flat_things_are_pushed_onto_and_fixed_things_not_at_all():
    specs = {"target": ObjectSpec("cube", "red"), "place": ObjectSpec("bowl", "red")}
    assert GOAL.misfit(specs) is None
    assert GOAL.misfit({**specs, "place": ObjectSpec("pad", "red")})[0] == "place"
    assert GOAL.misfit({**specs, "target": ObjectSpec("pad", "red")})[0] == "target"

import math

import numpy as np
import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InstructionError
from vlsim.free_text.understand import parse
from vlsim.goals import GOALS, ForAll, Lift, Place, StandUp, Then, TipOver
from vlsim.goals.atoms.stand_up import ASKEW, UNSTANDABLE
from vlsim.goals.base import FALLEN
from vlsim.referring.ref import Many, Ref
from vlsim.skills.stand import near_end
from vlsim.world import SceneState
from vlsim.world.hand import WIDEST
from vlsim.world.orientation import is_standing, laid
from vlsim.world.things import ObjectSpec

CAN = Ref("cylinder", "red")
GOAL = StandUp(CAN)
UPRIGHT = table(("red cylinder", 0.50, 0.0), ("blue cylinder", 0.62, 0.15))
SCENE = laid(UPRIGHT, 0, 0.3)


def leaning(degrees: float, height: float = 0.024) -> SceneState:
    """Return the scene with the red can turned by so much from upright, where it is."""
    half = math.radians(degrees) / 2
    orientations = UPRIGHT.orientations_xyzw.copy()
    orientations[0] = 0.0, math.sin(half), 0.0, math.cos(half)
    now = UPRIGHT.replace(orientations_xyzw=orientations)
    return moved(now, 0, to=(0.5, 0.0, height))


@pytest.mark.parametrize(
    ("degrees", "there"), [(0, True), (14.9, True), (15.1, False), (165.1, True), (164.9, False)]
)
def test_its_axis_must_be_vertical(degrees: float, there: bool) -> None:
    assert GOAL.achieved(SCENE, leaning(degrees)) is there


def test_it_must_stand_on_the_table_at_rest_and_let_go() -> None:
    assert GOAL.achieved(SCENE, UPRIGHT)
    assert not GOAL.achieved(SCENE, leaning(0, height=0.064))
    assert not GOAL.achieved(SCENE, with_speed(UPRIGHT, 0, 0.021))
    assert GOAL.achieved(SCENE, with_speed(UPRIGHT, 0, 0.019))
    assert not GOAL.achieved(SCENE, with_ee(UPRIGHT, 0.5, 0.0, 0.02, opening=0.036))


def test_progress_is_how_far_it_has_been_raised() -> None:
    assert GOAL.progress(SCENE, SCENE) == {"approach": 0.0, "move": pytest.approx(0.0)}
    assert GOAL.progress(SCENE, leaning(30))["move"] == pytest.approx(2 / 3)
    assert GOAL.progress(SCENE, leaning(10)) == {"approach": 1.0, "move": 1.0}
    near = with_ee(SCENE, 0.5, 0.0, 0.018 + 0.02)
    assert GOAL.progress(SCENE, near)["approach"] == pytest.approx(1.0)


def test_the_cylinder_that_leans_otherwise_is_the_one_that_was_acted_on() -> None:
    assert GOAL.attempted(SCENE, SCENE) is None
    assert GOAL.attempted(SCENE, leaning(71)) is None
    assert GOAL.attempted(SCENE, leaning(69)) == 0
    fallen = laid(SCENE, 1, 0.0)
    assert GOAL.attempted(SCENE, fallen) == 1
    assert GOAL.attempted(SCENE, moved(SCENE, 1, to=(0.62, 0.18, 0.024))) == 1


def test_the_plan_sets_it_up_at_the_nearest_free_spot_near_the_robot() -> None:
    skill = GOAL.plan(SCENE)
    assert (skill.name, skill.start_world) == ("stand", (0.5, 0.0))
    assert skill.end_world == (0.42, 0.0)


def test_a_spot_has_room_for_the_hand_that_leans_beyond_it() -> None:
    # Behind this cube, seen from the robot, the hand has no room; a little further aside it has.
    def spot(x: float, y: float) -> tuple[float, float]:
        return GOAL.plan(moved(SCENE, 1, to=(x, y, 0.024))).end_world

    width, (length, beside) = 0.018, WIDEST.leaning
    assert spot(0.42 + length + width + 0.001, 0.0) == (0.42, 0.0)
    assert spot(0.42 + length + width - 0.001, 0.0) == (0.40, 0.0)
    assert spot(0.50, beside + width + 0.001) == (0.42, 0.0)
    assert spot(0.50, beside + width - 0.001) == (0.42, -0.02)


def test_what_stands_where_the_fingers_come_is_in_the_way() -> None:
    hold = near_end(SCENE, 0, 0.3)
    assert hold == pytest.approx((0.5 - 0.012 * math.cos(0.3), -0.012 * math.sin(0.3)))
    for gap, free in ((0.001, True), (-0.001, False)):
        beside = hold[0] - (WIDEST.turning_radius + 0.018 + gap) * math.sin(0.3), hold[1] + 0.0
        away = math.sqrt((WIDEST.turning_radius + 0.018 + gap) ** 2 - (beside[0] - hold[0]) ** 2)
        now = moved(SCENE, 1, to=(beside[0], hold[1] + away, 0.024))
        assert GOAL.is_feasible(now) is free


@pytest.mark.parametrize(("yaw", "free"), [(0.79, True), (0.81, False), (-0.81, False)])
def test_the_hand_cannot_take_what_lies_too_far_askew(yaw: float, free: bool) -> None:
    assert GOAL.is_feasible(laid(UPRIGHT, 0, yaw)) is free


def test_nothing_is_possible_where_every_spot_is_taken() -> None:
    things = [("blue cube", 0.45, y) for y in (-0.15, -0.05, 0.05, 0.15)]
    full = laid(table(("red cylinder", 0.62, 0.0), *things), 0, 0.0)
    assert not GOAL.is_feasible(full)
    assert GOAL.is_feasible(laid(table(("red cylinder", 0.62, 0.0)), 0, 0.0))


def test_the_forecast_is_that_it_stands_at_the_spot() -> None:
    after = GOAL.expected(SCENE)
    assert is_standing(after, 0)
    assert GOAL.achieved(SCENE, after)
    assert after.positions_world[0].tolist() == pytest.approx([0.42, 0.0, 0.024])


@pytest.mark.parametrize(
    ("kind", "fits"), [("cylinder", True), ("cube", False), ("ball", False), ("bowl", False)]
)
def test_only_cylinders_are_stood_up(kind: str, fits: bool) -> None:
    assert (GOAL.misfit({"target": ObjectSpec(kind, "red")}) is None) is fits


def test_what_cannot_be_asked_for_is_refused_with_the_reason() -> None:
    GOAL.check(SCENE)
    with pytest.raises(InstructionError, match="already true"):
        GOAL.check(UPRIGHT)
    with pytest.raises(InstructionError, match=UNSTANDABLE):
        StandUp(Ref("cube")).check(table(("red cube", 0.5, 0.0)))
    for elsewhere in (leaning(40), leaning(0, height=0.064)):
        with pytest.raises(InstructionError, match=ASKEW):
            GOAL.check(elsewhere)


@pytest.mark.parametrize("name", [n for n in GOALS if n not in ("stand_up", "tip_over")])
def test_no_other_goal_is_about_what_lies(name: str) -> None:
    cls = GOALS[name]
    cans = [f"{size} {color} cylinder" for size in ("small", "large") for color in ("red", "blue")]
    scene = laid(table(*((can, 0.4 + i / 20, 0.0) for i, can in enumerate(cans))), 3, 0.0)
    goal = cls.build(dict.fromkeys(cls.slots, CAN), cls.phrasings[0].fields)
    named = {slot: (0, 1, 2, 3) if slot in cls.groups else (3,) for slot in cls.slots}
    assert goal.misfit_in(scene, named) == (cls.slots[0], FALLEN)


def test_a_place_must_not_lie_either_and_of_what_lies_it_is_true_that_it_is_tipped_over() -> None:
    scene = laid(table(("red cylinder", 0.5, 0.0), ("blue cube", 0.4, 0.1)), 0, 0.0)
    with pytest.raises(InstructionError, match="the red cylinder' lies on its side"):
        Place(Ref("cube"), CAN, "on").check(scene)
    with pytest.raises(InstructionError, match="already true"):
        TipOver(CAN).check(scene)


def test_what_was_stood_up_can_be_used_and_several_are_stood_up_one_after_the_other() -> None:
    with pytest.raises(InstructionError, match=FALLEN):
        Then((Lift(CAN), GOAL)).check(SCENE)
    Then((GOAL, Lift(CAN))).check(SCENE)
    both = ForAll(StandUp(Many("cylinder")))
    scene = laid(SCENE, 1, 0.0)
    (stage,) = both.stages(scene)
    assert stage.is_feasible(scene)
    after = stage.expected(scene)
    assert stage.achieved(scene, after)
    assert np.linalg.norm(after.positions_world[0] - after.positions_world[1]) > 0.06


@pytest.mark.parametrize(
    "text",
    [
        "Stand the red can up.",
        "stand up the red cylinder",
        "put the red can upright",
        "please stand the red can on its end",
        "erect the red can",
        "make the red can stand",
        "I want the red can to stand upright",
        "the red can should be stood up",
        "lift the red can upright",
    ],
)
def test_the_words_say_that_it_shall_stand(text: str) -> None:
    assert parse(text) == GOAL

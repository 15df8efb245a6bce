"""Push in a direction: exact borders of success, progress, and the plan."""

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InvalidValueError
from vlsim.free_text.understand import parse
from vlsim.goals import Push
from vlsim.goals.atoms.push import DIRECTIONS
from vlsim.referring.ref import Ref
from vlsim.world.things import ObjectSpec

AT = (0.5, 0.0)
SCENE = table(("red cube", *AT), ("blue ball", 0.40, -0.15))
CUBE = Ref("cube")
LEFT = Push(CUBE, "left")


def test_directions_are_the_front_cameras_and_have_length_one():
    assert DIRECTIONS["left"] == (0.0, -1.0)
    assert DIRECTIONS["front"] == (1.0, 0.0)
    x, y = DIRECTIONS["back right"]
    assert x < 0.0 < y
    assert all(math.hypot(*way) == pytest.approx(1.0) for way in DIRECTIONS.values())
    assert len(set(DIRECTIONS.values())) == 8


def pushed(distance: float, degrees: float, height: float = 0.02):
    """The scene after the cube went some way, off the left by some degrees."""
    angle = math.radians(degrees)
    x, y = AT[0] + distance * math.sin(angle), AT[1] - distance * math.cos(angle)
    return moved(SCENE, 0, to=(x, y, height))


@pytest.mark.parametrize(
    ("distance", "degrees", "height", "expected"),
    [
        (0.051, 0, 0.02, True),
        (0.049, 0, 0.02, False),
        (0.08, 22, 0.02, True),
        (0.08, -22, 0.02, True),
        (0.08, 23, 0.02, False),
        (0.08, 180, 0.02, False),
        (0.08, 0, 0.029, True),
        (0.08, 0, 0.031, False),
    ],
)
def test_achieved(distance: float, degrees: float, height: float, expected: bool):
    assert LEFT.achieved(SCENE, pushed(distance, degrees, height)) is expected


def test_a_cube_that_still_moves_is_not_there_yet():
    assert not LEFT.achieved(SCENE, with_speed(pushed(0.08, 0), 0, 0.05))


def test_progress_is_the_share_of_five_centimetres():
    before = with_ee(SCENE, 0.5, 0.0, 0.3)
    assert LEFT.progress(before, before) == {"approach": 0.0, "move": 0.0}
    half = with_ee(pushed(0.025, 0), 0.5, 0.0, 0.3)
    assert LEFT.progress(before, half)["move"] == pytest.approx(0.5)
    assert LEFT.progress(before, pushed(0.06, 0)) == {"approach": 1.0, "move": 1.0}
    assert LEFT.progress(before, pushed(0.05, 180))["move"] == 0.0


def test_the_plan_begins_behind_the_target_and_ends_nine_centimetres_on():
    skill = LEFT.plan(SCENE)
    assert skill.name == "push"
    assert skill.start_world == pytest.approx((0.5, 0.05))
    # The fingertips (1 cm) touch a cube of half side 2 cm whose centre is 9 cm to the left.
    assert skill.end_world == pytest.approx((0.5, -0.09 + 0.02 + 0.01))


@pytest.mark.parametrize(("y", "free"), [(-0.15, True), (-0.10, False)])
def test_a_thing_in_the_way_makes_it_infeasible(y: float, free: bool):
    scene = table(("red cube", *AT), ("blue ball", 0.5, y))
    assert LEFT.is_feasible(scene) is free


@pytest.mark.parametrize(("y", "fits"), [(-0.09, True), (-0.11, False)])
def test_the_push_must_end_on_the_workspace(y: float, fits: bool):
    assert LEFT.is_feasible(table(("red cube", 0.5, y))) is fits


def test_what_cannot_be_moved_is_no_target():
    assert LEFT.misfit({"target": ObjectSpec("cube", "red")}) is None
    found = LEFT.misfit({"target": ObjectSpec("pad", "red")})
    assert found is not None
    assert found[0] == "target"


def test_an_unknown_direction_is_refused():
    with pytest.raises(InvalidValueError, match="got 'up'"):
        Push(CUBE, "up")


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("push the cube left", "left"),
        ("slide the cube to the back right", "back right"),
        ("nudge the cube forward", "front"),
    ],
)
def test_words(text: str, direction: str):
    assert parse(text) == Push(CUBE, direction)

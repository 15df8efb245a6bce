"""Open, close, press and slide: when they hold, what they reward, and what was acted on."""

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_joint
from vlsim.errors import InstructionError, InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Close, Goal, Open, Press, Slide
from vlsim.referring.ref import Ref
from vlsim.world import SceneState

SCENE = table(
    ("red drawer", 0.40, -0.10),
    ("blue drawer", 0.40, 0.10),
    ("green button", 0.60, -0.10),
    ("large red slider", 0.60, 0.10),
    ("red cube", 0.50, 0.0),
)
OPEN, CLOSE = Open(Ref("drawer", "red")), Close(Ref("drawer", "red"))
PRESS = Press(Ref("button"))
LEFT, RIGHT = Slide(Ref("slider"), "left"), Slide(Ref("slider"), "right")
END = 1.3 * 0.045
"""Where the lever of the large slider ends, metres."""


@pytest.mark.parametrize(
    ("goal", "index", "position", "holds"),
    [
        (OPEN, 0, 0.0351, True),
        (OPEN, 0, 0.0349, False),
        (CLOSE, 0, 0.0099, True),
        (CLOSE, 0, 0.0101, False),
        (PRESS, 2, 0.0081, True),
        (PRESS, 2, 0.0079, False),
        (RIGHT, 3, END - 0.0099, True),
        (RIGHT, 3, END - 0.0101, False),
        (LEFT, 3, -END + 0.0099, True),
        (LEFT, 3, -END + 0.0101, False),
        (OPEN, 1, 0.045, False),
    ],
)
def test_a_goal_holds_within_its_tolerance_of_the_named_fixture(
    goal: Goal, index: int, position: float, holds: bool
):
    before = with_joint(SCENE, 0, 0.0225)
    assert goal.achieved(before, with_joint(before, index, position)) is holds


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("open the red drawer", OPEN),
        ("pull the red tray out", OPEN),
        ("shut the red drawer please", CLOSE),
        ("press the button", PRESS),
        ("depress the key", PRESS),
        ("to the left slide the lever", LEFT),
        ("move the slider to the right", RIGHT),
        ("shift the slider rightwards", RIGHT),
    ],
)
def test_the_words_mean_the_goal(text: str, goal: Goal):
    assert parse(text) == goal


def test_left_is_the_cameras_left_however_the_slider_is_turned():
    assert LEFT.wanted(SCENE, 3) == pytest.approx(-END)
    turned = table(("red slider", 0.5, 0.0), yaws=(math.pi,))
    assert LEFT.wanted(turned, 0) == pytest.approx(0.045)
    assert LEFT.plan(turned).end_world == pytest.approx((0.5, -0.055))


@pytest.mark.parametrize(("yaw", "feasible"), [(0.0, True), (0.77, True), (0.81, False)])
def test_a_slider_that_points_at_the_camera_has_no_left_end(yaw: float, feasible: bool):
    scene = table(("red slider", 0.5, 0.0), yaws=(yaw,))
    assert LEFT.is_feasible(scene) is feasible


def test_progress_counts_the_way_to_the_handle_and_the_way_of_the_part():
    handle = SCENE.hold_world(0)
    assert handle.tolist() == pytest.approx([0.46, -0.10, 0.03])
    before = with_ee(SCENE, *handle[:2], 0.23)
    near = with_ee(SCENE, *handle[:2], 0.08)
    assert OPEN.progress(before, before) == {"approach": 0.0, "move": 0.0}
    assert OPEN.progress(before, near) == pytest.approx({"approach": 0.75, "move": 0.0})
    halfway = with_joint(before, 0, 0.0175)
    assert OPEN.progress(before, halfway)["move"] == pytest.approx(0.5)
    assert OPEN.progress(before, with_joint(before, 0, 0.04)) == {"approach": 1.0, "move": 1.0}
    assert CLOSE.progress(halfway, with_joint(before, 0, 0.03))["move"] == 0.0


def test_a_plan_goes_from_the_handle_to_beyond_where_it_is_wanted():
    half = with_joint(SCENE, 0, 0.0225)
    assert OPEN.plan(half).name == "drag"
    assert OPEN.plan(half).start_world == pytest.approx((0.4825, -0.10))
    assert OPEN.plan(half).end_world == pytest.approx((0.515, -0.10))
    assert CLOSE.plan(half).end_world == pytest.approx((0.45, -0.10))
    press = PRESS.plan(SCENE)
    assert (press.name, press.start_world) == ("press", pytest.approx((0.60, -0.10)))


@pytest.mark.parametrize(
    ("positions", "attempted"),
    [
        ({}, None),
        ({0: 0.0044}, None),
        ({0: 0.0046}, 0),
        ({1: 0.03, 0: 0.02}, 1),
        ({2: 0.011, 1: 0.03}, 2),
        ({3: -0.03}, 3),
    ],
)
def test_the_fixture_that_moved_most_of_its_range_was_acted_on(
    positions: dict[int, float], attempted: int | None
):
    now = SCENE
    for index, position in positions.items():
        now = with_joint(now, index, position)
    assert OPEN.attempted(SCENE, now) == attempted


def test_who_only_moves_a_cube_acted_on_the_cube():
    now = moved(SCENE, 4, to=(0.5, 0.05, 0.02))
    assert OPEN.attempted(SCENE, now) == 4
    assert OPEN.attempted(SCENE, with_joint(now, 1, 0.03)) == 1


@pytest.mark.parametrize(
    ("text", "scene", "words"),
    [
        ("open the cube", SCENE, "'the cube' is nothing to open; name a drawer"),
        ("press the slider", SCENE, "'the slider' is nothing to press; name a button"),
        ("slide the button left", SCENE, "'the button' cannot be moved; name one of: cube"),
        ("open the drawer", SCENE, "'the drawer' names two things"),
        ("close the red drawer", SCENE, "already true"),
        ("push the cube onto the button", SCENE, "nothing to push things onto"),
        ("put the cube on the slider", SCENE, "nothing to put things on"),
        ("pick up the blue drawer and put it on the slider", SCENE, "cannot be moved"),
    ],
)
def test_what_a_fixture_cannot_do_is_refused(text: str, scene: SceneState, words: str):
    with pytest.raises(InstructionError, match=words):
        understand(text, scene)


def test_a_side_is_left_or_right():
    with pytest.raises(InvalidValueError, match="side must be 'left' or 'right', got 'up'"):
        Slide(Ref("slider"), "up")


def test_other_fixtures_change_nothing():
    others = with_joint(SCENE, 1, 0.045)
    assert OPEN.progress(SCENE, others) == OPEN.progress(SCENE, SCENE)

import math

import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.errors import InvalidValueError
from vlsim.free_text.understand import parse
from vlsim.goals import Turn
from vlsim.goals.atoms.turn import TURNS_DEG
from vlsim.goals.monitor import Monitor
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.orientation import rotated
from vlsim.world.quaternion import turned
from vlsim.world.things import ObjectSpec

RED = Ref("cube", "red")
SCENE = table(
    ("red cube", 0.40, -0.1), ("blue cube", 0.50, 0.1), ("red cylinder", 0.6, 0.0), yaws=(0.2,) * 3
)


def after(degrees: float, index: int = 0) -> SceneState:
    return rotated(SCENE, index, math.radians(degrees))


@pytest.mark.parametrize(
    ("turn", "degrees", "there"),
    [
        ("left", 90, True),
        ("left", 75.1, True),
        ("left", 74.9, False),
        ("left", 104.9, True),
        ("left", 105.1, False),
        ("left", -90, False),
        ("left", 0, False),
        ("right", -90, True),
        ("right", 90, False),
        ("half left", 45, True),
        ("half left", 59.9, True),
        ("half left", 60.1, False),
        ("half left", -45, False),
        ("half right", -30.1, True),
        ("half right", -29.9, False),
    ],
)
def test_the_angle_counts_and_its_sense(turn: str, degrees: float, there: bool) -> None:
    assert Turn(RED, turn).achieved(SCENE, after(degrees)) is there


def test_it_must_lie_on_the_table_at_rest_and_let_go() -> None:
    goal, now = Turn(RED, "left"), after(90)
    assert not goal.achieved(SCENE, with_speed(now, 0, 0.021))
    assert goal.achieved(SCENE, with_speed(now, 0, 0.019))
    assert not goal.achieved(SCENE, with_ee(now, 0.40, -0.1, 0.03, opening=0.045))
    assert not goal.achieved(SCENE, moved(now, 0, to=(0.40, -0.1, 0.06)))


@pytest.mark.parametrize(("tilt_deg", "there"), [(14.9, True), (15.1, False)])
def test_it_must_not_be_tilted(tilt_deg: float, there: bool) -> None:
    flat = table(("red cube", 0.4, 0.0))
    now = rotated(flat, 0, math.radians(90))
    half = math.radians(tilt_deg) / 2
    tilted = now.orientations_xyzw.copy()
    # About x first, then the turn about z.
    sin, cos = math.sin(math.pi / 4), math.cos(math.pi / 4)
    a, b = math.sin(half), math.cos(half)
    tilted[0] = cos * a, sin * a, sin * b, cos * b
    assert Turn(Ref("cube"), "left").achieved(flat, now.replace(orientations_xyzw=tilted)) is there


@pytest.mark.parametrize("turn", TURNS_DEG)
def test_the_plan_turns_by_what_is_left(turn: str) -> None:
    goal = Turn(RED, turn)
    skill = goal.plan(SCENE)
    assert skill.name == "turn"
    assert skill.start_world == (0.40, -0.1)
    assert math.degrees(skill.angle) == pytest.approx(TURNS_DEG[turn])
    begun = goal.next_atom(SCENE, SCENE)
    assert math.degrees(begun.plan(after(20)).angle) == pytest.approx(TURNS_DEG[turn] - 20)
    assert goal.achieved(SCENE, goal.expected(SCENE))


def test_in_a_chain_the_angle_counts_from_where_the_step_began() -> None:
    monitor = Monitor(parse("turn the red cube to the left then turn the red cube left"), SCENE)
    assert math.degrees(monitor.atom.plan(after(0)).angle) == pytest.approx(90)
    # The first turn went ten degrees too far: the second one begins there.
    monitor.advance(after(100))
    assert monitor.n_done == 1
    assert math.degrees(monitor.atom.plan(after(100)).angle) == pytest.approx(90)
    monitor.advance(after(174))
    assert not monitor.is_achieved
    monitor.advance(after(176))
    assert monitor.is_achieved


def test_progress_is_the_share_of_the_angle() -> None:
    goal = Turn(RED, "left")
    assert goal.progress(SCENE, SCENE) == {"approach": 0.0, "move": 0.0}
    assert goal.progress(SCENE, after(30))["move"] == pytest.approx(1 / 3)
    assert goal.progress(SCENE, after(-30))["move"] == 0.0
    assert goal.progress(SCENE, after(80)) == {"approach": 1.0, "move": 1.0}


@pytest.mark.parametrize(("degrees", "who"), [(19.9, None), (20.1, 1)])
def test_what_was_turned_was_acted_on(degrees: float, who: int | None) -> None:
    assert Turn(RED, "left").attempted(SCENE, after(degrees, 1)) == who


def test_what_was_displaced_counts_where_no_cube_was_turned() -> None:
    goal = Turn(RED, "left")
    assert goal.attempted(SCENE, moved(after(90, 2), 2, to=(0.6, 0.05, 0.024))) == 2
    assert goal.attempted(SCENE, after(90, 2)) is None


@pytest.mark.parametrize(("gap", "free"), [(0.086, True), (0.084, False)])
def test_the_fingers_need_room_all_round(gap: float, free: bool) -> None:
    scene = table(("red cube", 0.40, 0.0), ("blue cylinder", 0.40 + gap, 0.0))
    assert Turn(Ref("cube"), "left").is_feasible(scene) is free
    mat = table(("red cube", 0.40, 0.0), ("blue pad", 0.41, 0.0))
    assert Turn(Ref("cube"), "left").is_feasible(mat)


@pytest.mark.parametrize(
    ("kind", "fits"), [("cube", True), ("cylinder", False), ("ball", False), ("pad", False)]
)
def test_only_cubes_are_turned(kind: str, fits: bool) -> None:
    goal = Turn(Ref(kind), "left")
    assert (goal.misfit({"target": ObjectSpec(kind, "red")}) is None) is fits


def test_an_unknown_turn_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"one of left, right, half left, half right, got"):
        Turn(RED, "back")


@pytest.mark.parametrize(
    ("text", "turn"),
    [
        ("Turn the red cube to the left.", "left"),
        ("rotate the red cube clockwise by ninety degrees", "right"),
        ("turn the red cube halfway to the left", "half left"),
        ("rotate the red cube forty five degrees clockwise", "half right"),
        ("spin the red cube ninety degrees counterclockwise", "left"),
    ],
)
def test_the_words_say_sense_and_angle(text: str, turn: str) -> None:
    assert parse(text) == Turn(RED, turn)


def test_angles_are_those_of_the_facts() -> None:
    turn, _ = turned(SCENE.orientations_xyzw[0].tolist(), after(90).orientations_xyzw[0].tolist())
    assert math.degrees(turn) == pytest.approx(90)

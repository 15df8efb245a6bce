import math

import numpy as np
import pytest

from tests.language.strategies import moved, table, with_ee, with_speed
from vlsim.free_text.understand import parse
from vlsim.goals import TipOver
from vlsim.referring.ref import Ref
from vlsim.world import SceneState
from vlsim.world.orientation import is_lying
from vlsim.world.things import ObjectSpec

CAN = Ref("cylinder", "red")
GOAL = TipOver(CAN)
SCENE = table(("red cylinder", 0.50, 0.0), ("blue cylinder", 0.40, 0.15))


def leaning(degrees: float, height: float = 0.018) -> SceneState:
    """Return the scene with the red can turned by so much from upright, where it is."""
    half = math.radians(degrees) / 2
    orientations = SCENE.orientations_xyzw.copy()
    orientations[0] = 0.0, math.sin(half), 0.0, math.cos(half)
    now = SCENE.replace(orientations_xyzw=orientations)
    return moved(now, 0, to=(0.5, 0.0, height))


@pytest.mark.parametrize(
    ("degrees", "there"), [(0, False), (74.9, False), (75.1, True), (104.9, True), (105.1, False)]
)
def test_its_axis_must_be_level(degrees: float, there: bool) -> None:
    assert GOAL.achieved(SCENE, leaning(degrees)) is there


def test_it_must_lie_on_the_table_at_rest_and_let_go() -> None:
    assert not GOAL.achieved(SCENE, leaning(90, height=0.05))
    assert not GOAL.achieved(SCENE, with_speed(leaning(90), 0, 0.021))
    assert GOAL.achieved(SCENE, with_speed(leaning(90), 0, 0.019))
    assert not GOAL.achieved(SCENE, with_ee(leaning(90), 0.5, 0.0, 0.02, opening=0.036))


def test_progress_is_how_far_it_leans() -> None:
    assert GOAL.progress(SCENE, SCENE) == {"approach": 0.0, "move": 0.0}
    assert GOAL.progress(SCENE, leaning(30))["move"] == pytest.approx(1 / 3)
    assert GOAL.progress(SCENE, leaning(80)) == {"approach": 1.0, "move": 1.0}


def test_the_plan_begins_behind_and_ends_beyond_its_middle() -> None:
    skill = GOAL.plan(SCENE)
    assert skill.name == "tip"
    assert skill.start_world == pytest.approx((0.5 - 0.018 - 0.04, 0.0))
    assert skill.end_world == pytest.approx((0.53, 0.0))


def test_it_falls_where_there_is_room() -> None:
    x, y, z = 0.56, 0.0, 0.024
    crowded = moved(SCENE, 1, to=(x, y, z))
    skill = GOAL.plan(crowded)
    assert abs(skill.angle) > math.radians(44)
    ring = [(0.5 + 0.06 * math.cos(a), 0.06 * math.sin(a)) for a in np.arange(6) * math.pi / 3]
    walled = table(("red cylinder", 0.5, 0.0), *(("blue cube", *spot) for spot in ring))
    assert not GOAL.is_feasible(walled)
    assert GOAL.is_feasible(SCENE)


def test_the_forecast_is_that_it_lies_where_it_falls() -> None:
    after = GOAL.expected(SCENE)
    assert is_lying(after, 0)
    assert GOAL.achieved(SCENE, after)
    assert after.positions_world[0].tolist() == pytest.approx([0.5 + 0.018 + 0.024, 0.0, 0.018])


@pytest.mark.parametrize(
    ("kind", "fits"), [("cylinder", True), ("cube", False), ("ball", False), ("bowl", False)]
)
def test_only_cylinders_are_tipped_over(kind: str, fits: bool) -> None:
    assert (GOAL.misfit({"target": ObjectSpec(kind, "red")}) is None) is fits


@pytest.mark.parametrize(
    "text",
    [
        "Tip the red can over.",
        "knock over the red cylinder",
        "please knock the red can down",
        "topple the red can",
        "lay the red can down on its side",
    ],
)
def test_the_words_say_that_it_shall_lie(text: str) -> None:
    assert parse(text) == GOAL

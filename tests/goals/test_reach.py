import numpy as np
import pytest

from tests.language.strategies import table, with_ee
from vlsim.goals import Reach
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion

SCENE = table(("red cube", 0.40, 0.0), ("blue bowl", 0.60, 0.1), ("green ball", 0.40, 0.1))
CUBE = Reach(Ref("cube"))


@pytest.mark.parametrize(("gap", "there"), [(0.0, True), (0.049, True), (0.051, False)])
@pytest.mark.parametrize("direction", [(1, 0, 0), (0, -1, 0), (0, 0, 1), (0.6, 0, 0.8)])
def test_reach_is_achieved_within_radius_and_tolerance_in_three_dimensions(
    gap: float, there: bool, direction: tuple[float, float, float]
):
    now = with_ee(SCENE, *(np.array([0.40, 0.0, 0.02]) + gap * np.array(direction)))
    assert CUBE.achieved(SCENE, now) is there


@pytest.mark.parametrize(("gap", "there"), [(0.084, True), (0.086, False)])
def test_a_wider_thing_is_reached_from_farther_away(gap: float, there: bool):
    now = with_ee(SCENE, 0.60 + gap, 0.1, 0.015)
    assert Reach(Ref("bowl")).achieved(SCENE, now) is there


@pytest.mark.parametrize(("gap", "there"), [(0.029, True), (0.031, False)])
def test_tolerance_is_beyond_the_surface(gap: float, there: bool):
    goal = Reach(Ref("cube"), tolerance=0.01)
    assert goal.achieved(SCENE, with_ee(SCENE, 0.40, gap, 0.02)) is there


def test_progress_is_the_share_of_the_distance_to_there():
    before = with_ee(SCENE, 0.40, 0.0, 0.27)
    shares = [
        CUBE.progress(before, with_ee(SCENE, 0.40, 0.0, z))["approach"]
        for z in (0.4, 0.27, 0.17, 0.07, 0.02)
    ]
    assert shares == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


@pytest.mark.parametrize(
    ("y", "who"), [(0.0, 0), (0.03, 0), (0.07, 2), (0.169, 2), (0.171, None), (-0.071, None)]
)
def test_the_thing_with_the_nearest_surface_was_attempted_within_five_centimetres(
    y: float, who: int | None
):
    assert CUBE.attempted(SCENE, with_ee(SCENE, 0.40, y, 0.02)) == who


def test_what_was_reached_was_attempted():
    scene = table(("red bowl", 0.5, 0.0))
    now = with_ee(scene, 0.5, 0.08, 0.015)
    assert Reach(Ref("bowl")).achieved(scene, now)
    assert Reach(Ref("bowl")).attempted(scene, now) == 0


def test_the_plan_is_to_go_there():
    assert CUBE.plan(SCENE) == Motion("reach", (0.40, 0.0), (0.40, 0.0))


def test_anything_can_be_reached():
    assert CUBE.misfit({"target": SCENE.specs[1]}) is None
    assert CUBE.is_feasible(SCENE)

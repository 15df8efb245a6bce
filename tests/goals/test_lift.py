"""Lift: exact borders of success and progress."""

import pytest

from tests.language.strategies import moved, table, with_ee
from vlsim.goals import Lift
from vlsim.referring.ref import Ref
from vlsim.skills.motion import Motion
from vlsim.world.things import ObjectSpec

SCENE = with_ee(table(("red cube", 0.5, 0.0), ("blue ball", 0.4, -0.15)), 0.5, 0.0, 0.32)
GOAL = Lift(Ref("cube"))


@pytest.mark.parametrize(("rise", "expected"), [(0.0, False), (0.059, False), (0.061, True)])
def test_achieved_from_six_centimetres_up(rise: float, expected: bool):
    assert GOAL.achieved(SCENE, moved(SCENE, 0, to=(0.5, 0.0, 0.02 + rise))) is expected


def test_lifting_the_wrong_thing_is_no_success():
    assert not GOAL.achieved(SCENE, moved(SCENE, 1, to=(0.4, -0.15, 0.2)))


def test_progress():
    assert GOAL.progress(SCENE, SCENE) == {"approach": 0.0, "lift": 0.0}
    near = with_ee(moved(SCENE, 0, to=(0.5, 0.0, 0.05)), 0.5, 0.0, 0.05)
    assert GOAL.progress(SCENE, near) == pytest.approx({"approach": 1.0, "lift": 0.5})
    high = with_ee(moved(SCENE, 0, to=(0.5, 0.0, 0.1)), 0.5, 0.0, 0.3)
    assert GOAL.progress(SCENE, high) == {"approach": 1.0, "lift": 1.0}


def test_the_plan_is_to_lift_it_where_it_is():
    assert GOAL.plan(SCENE) == Motion("lift", (0.5, 0.0), (0.5, 0.0))


def test_places_cannot_be_lifted():
    assert GOAL.misfit({"target": ObjectSpec("ball", "red")}) is None
    assert GOAL.misfit({"target": ObjectSpec("bowl", "red")}) is not None

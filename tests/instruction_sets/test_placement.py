"""The target stands where training puts nothing, and arm and camera still reach it."""

import numpy as np
import pytest

from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.goals import Push, Reach, Turn
from vlsim.instruction_sets import PLACEMENT
from vlsim.instruction_sets.placement import CLEARANCE, DEPTH, GAP, HALF_WIDTH, REACHABLE
from vlsim.referring.ref import Many, Ref
from vlsim.scenarios.scenario import draw_scenario
from vlsim.seeding import stream
from vlsim.world import WORKSPACE
from vlsim.world.camera import FRONT
from vlsim.world.hand import HIGH, LOW

TASKS_WITH_THINGS = ("reach", "push", "lift", "pick_place", "arrange")


@pytest.mark.parametrize("task", TASKS_WITH_THINGS)
def test_the_target_and_only_the_target_stands_in_a_strip(task: str) -> None:
    (low, high), (left, right) = WORKSPACE
    sides = set()
    for seed in range(40):
        drawn = draw_scenario(TASKS[task].scenario, "placement", seed)
        target = drawn.goal.subject(drawn.scene)
        for i, (x, y, z) in enumerate(drawn.scene.positions_world.tolist()):
            if i != target:
                assert low <= x <= high
                assert left <= y <= right
                continue
            beyond = max(low - x, x - high)
            sides.add(x > high)
            assert GAP <= beyond <= DEPTH
            assert abs(y) <= HALF_WIDTH
            assert z == pytest.approx(drawn.scene.specs[i].height / 2)
            corners = np.array([(x + a, y + b, z) for a in (-0.03, 0.03) for b in (-0.03, 0.03)])
            assert np.abs(FRONT.project(corners)).max() <= 1.0
            gaps = [
                drawn.scene.distance_xy(i, j) - spec.footprint - drawn.scene.specs[i].footprint
                for j, spec in enumerate(drawn.scene.specs)
                if j != i
            ]
            assert min(gaps) >= CLEARANCE
    assert sides == {True, False}


@pytest.mark.parametrize("task", TASKS_WITH_THINGS)
def test_training_puts_nothing_there(task: str) -> None:
    (low, high), (left, right) = WORKSPACE
    for seed in range(60):
        positions = draw_scenario(TASKS[task].scenario, "seen", seed).scene.positions_world
        assert (low <= positions[:, 0]).all()
        assert (positions[:, 0] <= high).all()
        assert (left <= positions[:, 1]).all()
        assert (positions[:, 1] <= right).all()


@pytest.mark.parametrize(
    ("x", "belongs"), [(0.34, False), (0.339, True), (0.66, False), (0.661, True)]
)
def test_beyond_the_workspace_begins_at_its_edge(x: float, belongs: bool) -> None:
    scene = table(("green cube", x, 0.0), ("red ball", 0.5, 0.1))
    assert PLACEMENT.matches(Reach(Ref("cube")), scene) is belongs
    assert not PLACEMENT.matches(Reach(Ref("ball")), scene)


@pytest.mark.parametrize(("direction", "belongs"), [("front", False), ("left", True)])
def test_a_push_begins_where_the_arm_can_be(direction: str, belongs: bool) -> None:
    near = table(("green cube", 0.31, 0.0), ("red ball", 0.6, 0.15))
    assert PLACEMENT.matches(Push(Ref("cube"), direction), near) is belongs


def test_reachable_is_where_the_motion_controller_goes() -> None:
    assert ((LOW[0], HIGH[0]), (LOW[1], HIGH[1])) == REACHABLE


def test_without_room_or_things_the_scene_stays_as_it_is() -> None:
    fixed = table(("blue bowl", 0.5, 0.0), ("red pad", 0.4, 0.1))
    assert PLACEMENT.rearrange(fixed, stream(0)) is fixed
    crowd = table(
        ("green cube", 0.5, 0.0),
        *[("blue bowl", x, y) for x in (0.315, 0.685) for y in (-0.15, -0.05, 0.05, 0.15)],
    )
    assert PLACEMENT.rearrange(crowd, stream(0)) is crowd


def test_each_of_several_things_is_acted_on_alone() -> None:
    scene = table(("red cube", 0.68, 0.0), ("blue cube", 0.5, 0.1))
    turned = Turn(Many("cube"), "left")
    assert PLACEMENT.matches(turned, scene)
    inside = table(("red cube", 0.64, 0.0), ("blue cube", 0.5, 0.1))
    assert not PLACEMENT.matches(turned, inside)

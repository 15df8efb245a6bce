"""The hand's sizes: one place for all that plans and motions need to know of it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.language.strategies import laid, table
from vlsim.errors import InvalidValueError
from vlsim.goals import StackThree, StandUp
from vlsim.referring.ref import Ref
from vlsim.robots.catalogue import PANDA
from vlsim.scene.simulation import Simulation
from vlsim.skills import waypoints
from vlsim.world import SceneState
from vlsim.world.hand import WIDEST, Hand

SCENE = table(("red cube", 0.5, -0.03), ("blue cube", 0.5, 0.1), ("green cube", 0.65, 0.0))
NARROW = replace(WIDEST, palm=(0.02, 0.05))


def test_the_widest_hand_is_as_large_as_it_was() -> None:
    assert (WIDEST.finger_radius, WIDEST.turning_radius) == (0.015, 0.067)
    assert SCENE.hand is WIDEST
    assert PANDA.hand is WIDEST


@pytest.mark.parametrize("broken", [{"reach": 0.0}, {"palm": (0.03, -0.1)}, {"tip": float("nan")}])
def test_a_hand_without_extent_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(InvalidValueError, match=r"A hand's '\w+' must be positive, got "):
        Hand(**broken)  # type: ignore[arg-type]


def test_what_is_possible_depends_on_the_hand_and_hash_and_json_do_not() -> None:
    red, green, blue = (Ref("cube", color) for color in ("red", "green", "blue"))
    tower = StackThree(target=red, middle=green, place=blue)
    narrow = SCENE.replace(hand=NARROW)
    # The red cube is where the palm comes down beside the tower.
    assert [tower.is_feasible(scene) for scene in (SCENE, narrow)] == [False, True]
    assert (narrow.digest(), narrow.to_json()) == (SCENE.digest(), SCENE.to_json())


def test_a_hand_that_leans_less_sets_things_up_less_far() -> None:
    scene = laid(table(("red cylinder", 0.5, 0.0)), 0, 0.0)
    stiff = scene.replace(hand=replace(WIDEST, most_tilt=0.5))

    def most_tilt(scene: SceneState) -> float:
        motion = StandUp(Ref("cylinder")).plan(scene)
        return max(waypoint.pose.tilt for waypoint in waypoints(motion, scene))

    assert (most_tilt(scene), most_tilt(stiff)) == (WIDEST.most_tilt, 0.5)


def test_the_facts_of_a_simulation_have_the_robots_hand() -> None:
    simulation = Simulation(replace(PANDA, hand=NARROW))
    simulation.reset(SCENE)
    assert simulation.state().hand is NARROW
    simulation.close()


def test_no_goal_and_no_module_of_language_has_a_number_of_a_hand() -> None:
    root = Path(__file__).parents[2] / "vlsim"
    number = re.compile(
        r"^\w*(FINGER|PALM|HAND|GRIPPER|MAX_YAW|MOST_YAW|TILT)\w*\b.* = ", re.MULTILINE
    )
    for room in ("goals", "referring", "language", "free_text", "instruction_sets"):
        for path in (root / room).rglob("*.py"):
            assert not number.findall(path.read_text(encoding="utf-8")), path

"""Which way up things are and what lies on what."""

import math

import numpy as np
import pytest

from vlsim.skills.stand import near_end
from vlsim.world import SceneState, resting_scene
from vlsim.world.orientation import has_fallen, heading, is_lying, is_standing, laid, upwards
from vlsim.world.support import (
    can_carry,
    footprint,
    ground_at,
    highest,
    load_of,
    rests_on,
    things_at,
)
from vlsim.world.things import ObjectSpec


def tilted(kind: str, degrees: float) -> SceneState:
    """Return one thing that is turned about the x axis."""
    half = math.radians(degrees) / 2
    scene = resting_scene((ObjectSpec(kind, "red"),), np.array([[0.5, 0.0]]), np.zeros(1))
    return scene.replace(orientations_xyzw=np.array([[math.sin(half), 0.0, 0.0, math.cos(half)]]))


def pile(*kinds: str) -> SceneState:
    """Return things on top of each other, the first on the table."""
    specs = tuple(ObjectSpec(kind, "red") for kind in kinds)
    scene = resting_scene(specs, np.full((len(specs), 2), 0.4), np.zeros(len(specs)))
    heights = np.cumsum([spec.height for spec in specs]) - [spec.height / 2 for spec in specs]
    return scene.replace(positions_world=np.column_stack([scene.positions_world[:, :2], heights]))


@pytest.mark.parametrize(
    ("kind", "degrees", "stands", "lies"),
    [
        ("cylinder", 0, True, False),
        ("cylinder", 14.9, True, False),
        ("cylinder", 15.1, False, False),
        ("cylinder", 74.9, False, False),
        ("cylinder", 75.1, False, True),
        ("cylinder", 90, False, True),
        ("cylinder", 180, True, False),
        ("cube", 90, True, False),
        ("cube", 75.1, True, False),
        ("cube", 45, False, False),
    ],
)
def test_a_thing_stands_or_lies_within_15_degrees(
    kind: str, degrees: float, stands: bool, lies: bool
) -> None:
    scene = tilted(kind, degrees)
    assert is_standing(scene, 0) is stands
    assert is_lying(scene, 0) is lies
    assert can_carry(scene, 0) is stands


def test_a_pile_is_known_from_top_to_bottom() -> None:
    scene = pile("cube", "cylinder", "ball")
    assert things_at(scene, (0.4, 0.4)) == [2, 1, 0]
    assert things_at(scene, (0.4, 0.4185)) == [2, 0]
    assert load_of(scene, 0) == [2, 1]
    assert load_of(scene, 2) == []
    assert rests_on(scene, 1, 0)
    assert not rests_on(scene, 0, 1)
    assert not rests_on(scene, 2, 0)
    assert highest(scene) == pytest.approx(0.128)
    assert highest(scene, but=2) == pytest.approx(0.088)


def test_the_ground_is_the_top_of_what_carries() -> None:
    scene = pile("cube", "cylinder", "ball")
    assert ground_at(scene, (0.4, 0.4)) == pytest.approx(0.088)
    assert ground_at(scene, (0.4, 0.4), but=1) == pytest.approx(0.04)
    assert ground_at(scene, (0.4, 0.4185)) == pytest.approx(0.04)
    assert ground_at(scene, (0.5, 0.4)) == 0.0
    # Nothing rests on a ball, nor on a can that lies, nor is a bowl a carrier.
    assert ground_at(pile("ball"), (0.4, 0.4)) == 0.0
    assert ground_at(tilted("cylinder", 90), (0.5, 0.0)) == 0.0
    assert ground_at(pile("bowl"), (0.4, 0.4)) == 0.0
    assert highest(pile()) == 0.0


@pytest.mark.parametrize(
    ("kind", "degrees", "fallen"),
    [
        ("cylinder", 75.1, True),
        ("cylinder", 74.9, False),
        ("cylinder", 0, False),
        ("ball", 90, False),
        ("star", 90, False),
        ("cube", 90, False),
    ],
)
def test_only_what_has_flat_ends_to_stand_on_has_fallen(
    kind: str, degrees: float, fallen: bool
) -> None:
    assert has_fallen(tilted(kind, degrees), 0) is fallen


def test_what_lies_needs_more_room_than_what_stands() -> None:
    scene = tilted("cylinder", 0)
    assert footprint(scene, 0) == 0.018
    assert footprint(laid(scene, 0, 0.4), 0) == pytest.approx(math.hypot(0.018, 0.024))


@pytest.mark.parametrize(
    ("yaw", "line"), [(0.0, 0.0), (0.5, 0.5), (-0.5, -0.5), (math.pi - 0.3, -0.3), (1.5, 1.5)]
)
def test_a_thing_is_laid_along_a_line_on_its_side(yaw: float, line: float) -> None:
    scene = laid(tilted("cylinder", 0), 0, yaw)
    assert is_lying(scene, 0)
    assert upwards(scene, 0) == pytest.approx(0.0, abs=1e-9)
    assert heading(scene, 0) == pytest.approx(line)
    assert scene.positions_world[0].tolist() == [0.5, 0.0, 0.018]
    assert np.linalg.norm(scene.orientations_xyzw[0]) == pytest.approx(1.0)


def test_it_is_held_near_the_end_on_the_robots_side() -> None:
    scene = laid(tilted("cylinder", 0), 0, 0.5)
    near = 0.5 - 0.012 * math.cos(0.5), -0.012 * math.sin(0.5)
    assert near_end(scene, 0, 0.5) == pytest.approx(near)

"""Which way up things are and what lies on what."""

import math

import numpy as np
import pytest

from vlsim.tower import (
    can_carry,
    ground_at,
    highest,
    is_lying,
    is_standing,
    load_of,
    rests_on,
    things_at,
)
from vlsim.world import ObjectSpec, SceneState, resting_scene


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

"""Objects behave as their kind says: they stand, roll to a stop, and stay in a bowl."""

import itertools
import math

import numpy as np
import pytest

from tests.scene.scenes import scene
from vlsim.scene.simulation import SUBSTEPS, Simulation
from vlsim.world import SceneState, resting_scene
from vlsim.world.camera import FRONT
from vlsim.world.hand import HOME
from vlsim.world.things import COLORS, KINDS, SIZES, ObjectSpec


def dropped(kind: str, size: str, height: float) -> SceneState:
    """Return a small object of `kind` `height` metres above the middle of a bowl."""
    specs = (ObjectSpec(kind, "red", size), ObjectSpec("bowl", "blue", size))
    state = resting_scene(specs, np.array([[0.5, 0.0], [0.5, 0.0]]), np.zeros(2))
    positions = state.positions_world.copy()
    positions[0, 2] += height
    return state.replace(positions_world=positions)


def wait(simulation: Simulation, seconds: float) -> SceneState:
    for _ in range(math.ceil(seconds * 120 / SUBSTEPS)):
        simulation.move(HOME)
    return simulation.state()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", list(KINDS))
def test_an_object_that_rests_goes_on_resting(simulation: Simulation, kind: str, size: str) -> None:
    start = scene((kind, 0.5, 0.1), size=size, yaw=0.2)
    simulation.reset(start)
    end = wait(simulation, 1.0)
    np.testing.assert_allclose(end.positions_world, start.positions_world, atol=1e-3)
    np.testing.assert_allclose(end.orientations_xyzw, start.orientations_xyzw, atol=2e-2)
    assert end.is_at_rest(0)
    assert simulation.is_at_rest()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", [k for k in KINDS if KINDS[k].movable])
def test_a_bowl_holds_what_falls_into_it(simulation: Simulation, kind: str, size: str) -> None:
    simulation.reset(dropped(kind, size, 0.05))
    end = wait(simulation, 1.5)
    assert end.distance_xy(0, 1) < end.specs[1].inner_radius
    assert end.positions_world[0, 2] < end.specs[1].height
    assert simulation.is_at_rest()


def test_a_bowl_is_fixed_and_a_pad_is_in_nobodys_way(simulation: Simulation) -> None:
    state = scene(("cube", 0.5, 0.0), ("pad", 0.5, 0.0))
    simulation.reset(state)
    end = wait(simulation, 0.5)
    # The cube stands on the table, through the pad.
    assert end.positions_world[0, 2] == pytest.approx(0.02, abs=1e-3)
    np.testing.assert_array_equal(end.positions_world[1], state.positions_world[1])


def test_an_object_has_its_colour_and_its_size_in_the_picture(simulation: Simulation) -> None:
    for color, rgb in COLORS.items():
        areas = {}
        for size in SIZES:
            spec = ObjectSpec("cube", color, size)
            simulation.reset(resting_scene((spec,), np.array([[0.55, 0.1]]), np.zeros(1)))
            picture = simulation.render(FRONT, 128)
            found = simulation.segmentation(picture) == 0
            areas[size] = int(found.sum())
            mean = picture.rgb[found].mean(axis=0) / 255
            assert np.argmax(mean) == np.argmax(rgb) or color == "purple"
        assert areas["large"] == pytest.approx(1.3**2 * areas["small"], rel=0.15)
        assert areas["small"] == pytest.approx(1.3**2 * areas["tiny"], rel=0.15)


def test_every_two_kinds_of_a_colour_and_size_differ_in_the_policys_picture(
    simulation: Simulation,
) -> None:
    masks = {}
    for kind in [k for k in KINDS if KINDS[k].movable]:
        simulation.reset(scene((kind, 0.55, 0.05)))
        masks[kind] = simulation.segmentation(simulation.render(FRONT, 64)) == 0
    for one, other in itertools.combinations(masks, 2):
        either = (masks[one] | masks[other]).sum()
        differing = (masks[one] ^ masks[other]).sum()
        assert differing / either >= 0.15, (one, other)


@pytest.mark.parametrize(
    # Over the hole; and within the outline around a cross, but between two of its arms.
    ("kind", "x", "y", "stays"),
    [("ring", 0.0, 0.0, True), ("cross", 0.0, 0.02, True), ("cross", 0.017, 0.017, False)],
)
def test_a_ring_is_solid_and_a_cross_has_notches(
    simulation: Simulation, kind: str, x: float, y: float, stays: bool
) -> None:
    specs = (ObjectSpec(kind, "red", "large"), ObjectSpec("ball", "blue", "tiny"))
    state = resting_scene(specs, np.array([[0.5, 0.0], [0.5 + x, y]]), np.zeros(2))
    positions = state.positions_world.copy()
    positions[1, 2] += specs[0].height
    simulation.reset(state.replace(positions_world=positions))
    end = wait(simulation, 0.5)
    assert bool(end.positions_world[1, 2] > specs[0].height) is stays

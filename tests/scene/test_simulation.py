"""A reset gives the same bits whatever happened before; nonsense is noticed."""

import math

import numpy as np
import pybullet as p
import pytest

from tests.scene.scenes import scene
from vlsim.errors import SimulationError
from vlsim.scene.simulation import SUBSTEPS_PER_FRAME, Simulation
from vlsim.world.camera import FRONT
from vlsim.world.hand import EndEffectorTarget

CROWDED = scene(("cube", 0.45, 0.0), ("ball", 0.5, 0.03), ("cylinder", 0.5, -0.03))


def swept(simulation: Simulation) -> str:
    """Return the digest after the fingers went through the objects."""
    simulation.reset(CROWDED)
    for i in range(8):
        simulation.move(EndEffectorTarget((0.38 + 0.025 * i, 0.0, 0.02), 0.1 * i, 0.0))
    return simulation.state().digest()


def test_contacts_end_the_same_after_other_episodes_and_in_another_client(
    simulation: Simulation,
) -> None:
    first = swept(simulation)
    simulation.reset(scene(("bowl", 0.5, 0.1)))
    simulation.move(EndEffectorTarget((0.6, 0.1, 0.02)))
    other = Simulation()
    assert [swept(simulation), swept(other)] == [first, first]
    other.close()


def test_the_sweep_moves_things_so_that_the_test_above_means_something(
    simulation: Simulation,
) -> None:
    swept(simulation)
    moved = simulation.state().positions_world - CROWDED.positions_world
    assert np.linalg.norm(moved, axis=1).max() > 0.02
    assert not math.isclose(moved[0, 0], 0.0)


def test_the_state_names_the_objects_of_the_scene_in_its_order(simulation: Simulation) -> None:
    simulation.reset(CROWDED)
    state = simulation.state()
    assert state.specs == CROWDED.specs
    np.testing.assert_array_equal(state.positions_world, CROWDED.positions_world)
    np.testing.assert_array_equal(state.orientations_xyzw, CROWDED.orientations_xyzw)
    assert state.velocities_world.shape == (3, 3)


def test_an_empty_table_has_a_state_too(simulation: Simulation) -> None:
    simulation.reset(scene())
    assert simulation.state().positions_world.shape == (0, 3)
    assert simulation.is_at_rest()
    assert (simulation.segmentation(simulation.render(FRONT, 32)) == -1).all()


def test_a_state_that_is_not_finite_is_an_error(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation.reset(CROWDED)
    pose = ((math.nan, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    monkeypatch.setattr(p, "getBasePositionAndOrientation", lambda *_, **__: pose)
    with pytest.raises(SimulationError, match="not finite any more"):
        simulation.state()


def test_nothing_works_before_a_reset() -> None:
    empty = Simulation()
    with pytest.raises(SimulationError, match="Call reset first"):
        empty.state()
    with pytest.raises(SimulationError, match="Call reset first"):
        empty.move(EndEffectorTarget((0.5, 0.0, 0.1)))
    empty.close()


def test_closing_twice_is_fine_and_a_closed_simulation_says_so() -> None:
    closed = Simulation()
    closed.close()
    closed.close()
    with pytest.raises(SimulationError, match="is closed"):
        closed.reset(CROWDED)


def test_a_frame_is_announced_every_few_physics_steps(simulation: Simulation) -> None:
    simulation.reset(CROWDED)
    seen: list[int] = []
    simulation.on_frame = lambda: seen.append(1)
    simulation.move(EndEffectorTarget((0.5, 0.0, 0.1)), substeps=4 * SUBSTEPS_PER_FRAME - 1)
    simulation.on_frame = None
    assert len(seen) == 3

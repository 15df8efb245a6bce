"""Fixtures stay where they are left, are dragged and pressed, and end where their range does."""

import numpy as np
import pytest

from vlsim.scene.execution import carry_out
from vlsim.scene.simulation import SUBSTEPS, Simulation
from vlsim.scene.still import StillScenes
from vlsim.skills.motion import Motion
from vlsim.world import SceneState, resting_scene
from vlsim.world.camera import FRONT
from vlsim.world.hand import HOME, EndEffectorTarget
from vlsim.world.things import KINDS, SIZES, ObjectSpec

FIXTURES = [kind for kind, facts in KINDS.items() if facts.joint]


def one(kind: str, share: float, size: str = "small", yaw: float = 0.0) -> SceneState:
    """Return a scene of one fixture, its joint at a share of its range."""
    spec = ObjectSpec(kind, "red", size)
    assert spec.joint
    return resting_scene(
        (spec,), np.array([[0.48, 0.05]]), np.array([yaw]), np.array([spec.joint.at(share)])
    )


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", FIXTURES)
def test_a_fixture_stays_where_it_was_left(
    simulation: Simulation, kind: str, size: str, share: float
) -> None:
    before = one(kind, share, size)
    simulation.reset(before)
    simulation.move(HOME, 10 * SUBSTEPS)
    state = simulation.state()
    np.testing.assert_allclose(state.joint_positions, before.joint_positions, atol=1e-4)
    np.testing.assert_array_equal(state.positions_world, before.positions_world)
    assert simulation.is_at_rest()
    assert state.is_at_rest(0)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize(("kind", "yaw"), [("drawer", 0.0), ("slider", 0.0), ("slider", 0.25)])
@pytest.mark.parametrize(("start", "end"), [(0.0, 1.0), (1.0, 0.0), (0.5, 1.0)])
def test_a_handle_is_dragged_from_one_place_to_another(
    simulation: Simulation, kind: str, size: str, yaw: float, start: float, end: float
) -> None:
    before, after = one(kind, start, size, yaw), one(kind, end, size, yaw)
    simulation.reset(before)
    ends = [tuple(s.hold_world(0)[:2].tolist()) for s in (before, after)]
    carry_out(simulation, Motion("drag", ends[0], ends[1]))
    state = simulation.state()
    # The fingers close on a lever of 2 cm without centring it.
    np.testing.assert_allclose(state.joint_positions, after.joint_positions, atol=0.016)
    assert simulation.is_at_rest()


@pytest.mark.parametrize("size", list(SIZES))
def test_a_button_is_pressed_and_stays_down(simulation: Simulation, size: str) -> None:
    before = one("button", 0.0, size)
    simulation.reset(before)
    carry_out(simulation, Motion("press", (0.48, 0.05), (0.48, 0.05)))
    assert simulation.state().joint_positions[0] == pytest.approx(0.012, abs=0.002)


def test_a_press_beside_the_button_presses_nothing(simulation: Simulation) -> None:
    simulation.reset(one("button", 0.0))
    carry_out(simulation, Motion("press", (0.48, 0.14), (0.48, 0.14)))
    assert abs(simulation.state().joint_positions[0]) < 1e-4


def test_the_arm_cannot_press_a_lever_far_beyond_its_end(simulation: Simulation) -> None:
    simulation.reset(one("slider", 0.5))
    simulation.move(EndEffectorTarget((0.48, 0.0, 0.03), opening=0.0), 8 * SUBSTEPS)
    for step in range(30):
        simulation.move(EndEffectorTarget((0.48, 0.01 * step, 0.03), opening=0.0), 4)
    position = simulation.state().joint_positions[0]
    assert 0.044 < position < 0.060


def test_a_moving_part_has_a_velocity(simulation: Simulation) -> None:
    simulation.reset(one("slider", 0.5))
    simulation.move(EndEffectorTarget((0.48, 0.0, 0.03), opening=0.0), 8 * SUBSTEPS)
    fastest = 0.0
    for step in range(12):
        simulation.move(EndEffectorTarget((0.48, 0.01 * step, 0.03), opening=0.0), 4)
        velocity = simulation.state().velocities_world[0]
        assert np.abs(velocity[[0, 2]]).max() < 1e-9
        fastest = max(fastest, float(velocity[1]))
    assert fastest > 0.05


@pytest.mark.parametrize("kind", FIXTURES)
def test_the_picture_shows_where_the_part_is_and_the_handle_belongs_to_it(
    simulation: Simulation, kind: str
) -> None:
    seen = []
    for share in (0.0, 1.0):
        state = one(kind, share)
        simulation.reset(state)
        picture = simulation.render(FRONT, 64)
        seen.append(picture.rgb)
        column, row = ((FRONT.project(state.hold_world(0)) + 1) * 32).astype(int).tolist()
        assert simulation.segmentation(picture)[row, column] == 0
        stills = StillScenes()
        assert (stills.draw(state, FRONT, 64).rgb == picture.rgb).mean() > 0.99
        stills.close()
    assert (seen[0] != seen[1]).any(axis=2).sum() >= 8

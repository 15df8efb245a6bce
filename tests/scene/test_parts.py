"""A standing scene can be changed, and is as usual when it is built again."""

from pathlib import Path

import numpy as np
import pybullet as p
import pytest
from PIL import Image

from tests.scene.scenes import scene
from vlsim.scene.backdrop import Backdrop
from vlsim.scene.light import STUDIO, Light
from vlsim.scene.robot import POSITION_GAIN
from vlsim.scene.simulation import Simulation
from vlsim.scene.table import TABLE_FRICTION
from vlsim.scene.textures import texture_file
from vlsim.world.camera import FRONT, VIEWER, Camera
from vlsim.world.hand import HOME, EndEffectorTarget

SCENE = scene(("cube", 0.45, -0.1), ("bowl", 0.55, 0.1))


def dynamics(simulation: Simulation, body: int, link: int = -1) -> tuple[float, ...]:
    """Return mass, friction and inertia."""
    found = p.getDynamicsInfo(body, link, physicsClientId=simulation._client)
    return found[0], found[1], *found[2]


def test_a_tint_changes_the_pixels_of_that_object_only(simulation: Simulation) -> None:
    simulation.reset(SCENE)
    before = simulation.render(FRONT, 64)
    simulation.parts.tint_object(0, (0.1, 0.1, -0.5))
    after = simulation.render(FRONT, 64).rgb
    changed = (after != before.rgb).any(axis=2)
    assert (changed == (simulation.segmentation(before) == 0)).all()


def test_a_covered_table_has_another_colour_and_a_texture(
    simulation: Simulation, tmp_path: Path
) -> None:
    simulation.reset(SCENE)
    before = simulation.render(FRONT, 64)
    table = before.bodies == before.bodies.max()
    simulation.parts.cover_table((0.5, 0.8, 0.5), texture_file("plain"))
    plain = simulation.render(FRONT, 64).rgb
    assert (plain[table] != before.rgb[table]).any(axis=1).all()
    assert len(np.unique(plain[table], axis=0)) == 1
    simulation.parts.cover_table((0.5, 0.8, 0.5), texture_file("checker"))
    assert len(np.unique(simulation.render(FRONT, 64).rgb[table], axis=0)) == 2
    half = tmp_path / "half.png"
    Image.new("RGB", (8, 8), (128, 0, 0)).save(half)
    simulation.parts.cover_table((1.0, 1.0, 1.0), half)
    red, green, blue = simulation.render(FRONT, 64).rgb[table][0]
    assert 100 < red < 150
    assert (green, blue) == (0, 0)
    simulation.parts.cover_table((0.5, 0.8, 0.5), texture_file("plain"))
    np.testing.assert_array_equal(simulation.render(FRONT, 64).rgb, plain)


def test_a_texture_is_loaded_once_a_scene(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, load = [], p.loadTexture

    def count(file: str, physicsClientId: int) -> int:  # noqa: N803 (PyBullet's name)
        loaded.append(Path(file).stem)
        return int(load(file, physicsClientId=physicsClientId))

    monkeypatch.setattr(p, "loadTexture", count)
    for _ in range(2):
        simulation.reset(SCENE)
        for name in ("wood", "plain", "wood"):
            simulation.parts.cover_table((0.5, 0.5, 0.5), texture_file(name))
    assert loaded == ["wood", "plain"] * 2


def test_factors_refer_to_the_usual_values(simulation: Simulation) -> None:
    simulation.reset(SCENE)
    cube, bowl = simulation._objects
    table, arm = bowl + 1, simulation.robot.body
    mass, friction, *inertia = dynamics(simulation, cube)
    for factor in (3.0, 2.0):
        simulation.parts.scale_mass([factor, factor])
        simulation.parts.scale_friction([0.5, 1.0], 2.0, 3.0)
    assert dynamics(simulation, cube)[:2] == pytest.approx((2 * mass, 0.5 * friction))
    np.testing.assert_allclose(dynamics(simulation, cube)[2:], 2 * np.array(inertia))
    assert dynamics(simulation, bowl)[:2] == (0.0, friction)
    assert dynamics(simulation, table)[:2] == (0.0, pytest.approx(2 * TABLE_FRICTION))
    assert dynamics(simulation, arm, 9)[1] == pytest.approx(4.5)
    simulation.parts.scale_gain(0.5)
    assert simulation.robot.gain == POSITION_GAIN / 2


def test_weaker_motors_lag_behind(simulation: Simulation) -> None:
    reached = []
    for factor in (1.0, 0.5):
        simulation.reset(SCENE)
        simulation.parts.scale_gain(factor)
        simulation.move(EndEffectorTarget((0.4, 0.0, 0.3)))
        reached.append(simulation.state().ee_position_world[0])
    assert reached[0] > reached[1] + 0.01


def test_a_reset_forgets_every_change(simulation: Simulation) -> None:
    def facts() -> tuple[bytes, str]:
        simulation.move(EndEffectorTarget((0.45, -0.1, 0.03)))
        return simulation.render(VIEWER, 64).rgb.tobytes(), simulation.state().digest()

    simulation.reset(SCENE)
    usual = facts()
    simulation.reset(SCENE)
    simulation.light = Light(ambient=0.2)
    simulation.backdrop = Backdrop((0.1, 0.2, 0.3), np.full((4, 4, 3), 255, np.uint8))
    simulation.parts.tint_object(0, (0.1, 0.1, 0.1))
    simulation.parts.cover_table((0.5, 0.5, 0.5), texture_file("wood"))
    simulation.parts.scale_mass([3.0, 3.0])
    simulation.parts.scale_friction([0.1, 0.1], 0.1, 0.1)
    simulation.parts.scale_gain(0.3)
    changed = facts()
    assert changed[0] != usual[0]
    assert changed[1] != usual[1]
    simulation.reset(SCENE)
    assert facts() == usual


def test_the_colour_of_the_light_does_not_stay(simulation: Simulation) -> None:
    simulation.reset(SCENE)
    white = simulation.render(FRONT, 32).rgb
    simulation.light = Light(color=(1.0, 0.2, 0.2))
    assert (simulation.render(FRONT, 32).rgb != white).any()
    simulation.light = STUDIO
    np.testing.assert_array_equal(simulation.render(FRONT, 32).rgb, white)


def test_a_backdrop_shows_where_nothing_is_and_turns_with_the_camera(
    simulation: Simulation,
) -> None:
    simulation.reset(SCENE)
    # Above the horizon white, below it black; around, ever redder.
    texture = np.zeros((2, 256, 3), np.uint8)
    texture[0, :, 0], texture[0, :, 1:] = np.arange(256), 255
    plain = simulation.render(VIEWER, 64)
    simulation.backdrop = Backdrop((1.0, 1.0, 1.0), texture)
    empty = plain.bodies < 0
    np.testing.assert_array_equal(simulation.render(VIEWER, 64).rgb[~empty], plain.rgb[~empty])
    # Level, 90 degrees wide, the horizon in the middle, looking along +y.
    level = Camera((0.0, 2.0, 1.0), (0.0, 3.0, 1.0), 90.0)
    rgb = simulation.render(level, 64).rgb
    assert (rgb[:31, :, 1] == 255).all()
    assert (rgb[33:, :, 1] == 0).all()
    # From +x +y on the right (an eighth turn) to -x +y on the left; half a turn is 128.
    np.testing.assert_allclose(rgb[30, [0, 32, 63], 0], [224, 192, 160], atol=2)


def test_the_arm_begins_where_it_is_told_to_and_at_rest(simulation: Simulation) -> None:
    start = EndEffectorTarget((0.45, 0.1, 0.25), yaw=0.3, opening=0.04)
    simulation.reset(SCENE, start)
    state = simulation.state()
    np.testing.assert_allclose(state.ee_position_world, start.position, atol=0.001)
    assert state.ee_yaw == pytest.approx(0.3, abs=0.002)
    assert state.gripper_opening == pytest.approx(0.04)
    simulation.wait()
    after = simulation.state()
    np.testing.assert_allclose(after.ee_position_world, state.ee_position_world, atol=0.002)
    simulation.reset(SCENE)
    np.testing.assert_allclose(simulation.state().ee_position_world, HOME.position, atol=0.001)

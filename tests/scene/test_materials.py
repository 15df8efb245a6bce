"""Materials: seen in the policy's picture, the colour still named, and nothing but looks."""

import colorsys
import itertools

import numpy as np
import pybullet as p
import pytest

from tools.assets.textures import MATERIAL_SIDE, material_texture
from vlsim.scene.materials import FOLDER, LOOKS, shown, texture_of
from vlsim.scene.simulation import Simulation
from vlsim.scene.still import StillScenes
from vlsim.scene.textures import read_texture
from vlsim.world import SceneState, resting_scene
from vlsim.world.camera import FRONT
from vlsim.world.hand import HOME
from vlsim.world.things import COLORS, KINDS, MATERIALS, ObjectSpec

KINDS_WITHOUT_JOINT = [kind for kind in KINDS if not KINDS[kind].joint]


def made_of(material: str, kind: str = "cube", color: str = "red") -> SceneState:
    specs = (ObjectSpec(kind, color, "small", material),)
    return resting_scene(specs, np.array([[0.55, 0.05]]), np.array([0.1]))


def hue(color: tuple[float, ...]) -> float:
    return colorsys.rgb_to_hsv(*color)[0]


def test_every_material_but_plain_has_a_look_and_a_picture_and_there_are_no_others() -> None:
    assert tuple(LOOKS) == MATERIALS[1:]
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{m}.png" for m in LOOKS)
    assert texture_of("plain") is None
    assert shown((0.1, 0.2, 0.3), "plain") == (0.1, 0.2, 0.3)
    assert shown((1.0, 0.0, 0.5), "metal") == pytest.approx((0.9736, 0.3102, 0.6551))


@pytest.mark.parametrize("material", LOOKS)
def test_the_script_draws_the_committed_picture_in_grey(material: str) -> None:
    path = texture_of(material)
    assert path is not None
    pixels = read_texture(path)
    assert pixels.shape == (MATERIAL_SIDE, MATERIAL_SIDE, 3)
    assert (np.ptp(pixels, axis=2) == 0).all()
    # Another build of numpy may round a sine the other way.
    assert np.abs(np.asarray(material_texture(material)).astype(int) - pixels).max() <= 1


@pytest.mark.parametrize("material", LOOKS)
@pytest.mark.parametrize("color", COLORS)
def test_the_hue_of_a_material_is_nearest_to_the_colour_that_the_words_name(
    color: str, material: str
) -> None:
    seen = hue(shown(COLORS[color], material))
    distances = {c: abs((hue(rgb) - seen + 0.5) % 1.0 - 0.5) for c, rgb in COLORS.items()}
    assert min(distances, key=lambda c: distances[c]) == color


@pytest.mark.parametrize("kind", KINDS_WITHOUT_JOINT)
def test_every_two_materials_differ_in_the_policys_picture(
    simulation: Simulation, kind: str
) -> None:
    pictures = {}
    for material in MATERIALS:
        simulation.reset(made_of(material, kind))
        picture = simulation.render(FRONT, 64)
        found = simulation.segmentation(picture) == 0
        # Balls are meshes if they have a texture, and so one pixel narrower here and there.
        assert found.sum() > 15
        pictures[material] = np.where(found[..., None], picture.rgb, 0).astype(int)
    for one, other in itertools.combinations(MATERIALS, 2):
        a, b = pictures[one], pictures[other]
        both = (a.sum(axis=2) > 0) & (b.sum(axis=2) > 0)
        assert np.abs(a - b)[both].max(axis=1).mean() > 25, (one, other)


def test_stripes_run_from_the_top_down_the_front(simulation: Simulation) -> None:
    simulation.reset(resting_scene(made_of("striped").specs, np.array([[0.55, 0.0]]), np.zeros(1)))
    picture = simulation.render(FRONT, 256)
    mask = simulation.segmentation(picture) == 0
    red = picture.rgb[..., 0].astype(int)
    rows = np.nonzero(mask.sum(axis=1) > 12)[0]
    for row in rows[2:-2]:
        edges = np.diff((red[row][mask[row]] < 60).astype(int))
        # Dark begins twice and ends twice.
        assert (np.count_nonzero(edges == 1), np.count_nonzero(edges == -1)) == (2, 2), row


def test_a_material_changes_nothing_but_looks(simulation: Simulation) -> None:
    ends = []
    for material in MATERIALS:
        scene = made_of(material, "cylinder")
        positions = scene.positions_world.copy()
        positions[0, 2] += 0.05
        simulation.reset(scene.replace(positions_world=positions))
        for _ in range(5):
            simulation.move(HOME)
        ends.append(simulation.state().positions_world.tobytes())
    assert len(set(ends)) == 1


def test_the_same_scene_gives_the_same_picture_after_others(simulation: Simulation) -> None:
    simulation.reset(made_of("wooden"))
    first = simulation.render(FRONT, 64).rgb
    simulation.reset(made_of("metal", "ball"))
    simulation.reset(made_of("wooden"))
    np.testing.assert_array_equal(simulation.render(FRONT, 64).rgb, first)
    stills = StillScenes()
    stills.draw(made_of("striped", "star"), FRONT, 64)
    still = stills.draw(made_of("wooden"), FRONT, 64, None).rgb
    stills.close()
    np.testing.assert_array_equal(still, first)


def test_a_tint_shades_a_material_and_leaves_its_pattern(simulation: Simulation) -> None:
    simulation.reset(made_of("striped"))
    before = simulation.render(FRONT, 128)
    simulation.parts.tint_object(0, (-0.1, 0.1, 0.1))
    after = simulation.render(FRONT, 128).rgb
    found = simulation.segmentation(before) == 0
    assert ((after != before.rgb).any(axis=2) == found).all()
    dark = before.rgb[..., 0] < 60
    assert (after[..., 0] < 60)[found & dark].all()
    assert not (after[..., 0] < 60)[found & ~dark].any()


def test_each_picture_is_loaded_once_a_scene(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, load = [], p.loadTexture

    def count(*arguments: object, **options: object) -> int:
        loaded.append(arguments)
        return int(load(*arguments, **options))

    monkeypatch.setattr(p, "loadTexture", count)
    specs = tuple(
        ObjectSpec(kind, color, "small", "metal")
        for kind, color in (("cube", "red"), ("ball", "red"), ("bowl", "blue"))
    )
    xy = np.array([[0.4, 0.0], [0.5, 0.0], [0.6, 0.1]])
    for _ in range(2):
        simulation.reset(resting_scene(specs, xy, np.zeros(3)))
    assert len(loaded) == 2


def test_a_plain_scene_loads_nothing(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(p, "loadTexture", None)
    simulation.reset(made_of("plain"))

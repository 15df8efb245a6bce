"""Terms are chosen by name, drawn from streams of their own, and applied to cameras and scenes."""

import json
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from tests.scene.scenes import scene
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.cameras import WRIST, check_camera
from vlsim.scene.randomization import (
    PRESETS,
    TERMS,
    BackgroundTerm,
    CameraTerm,
    Constant,
    DistractorTerm,
    LightTerm,
    NoiseTerm,
    Randomizer,
    RobotInitTerm,
    Uniform,
    choose_terms,
)
from vlsim.scene.randomization.objects import ObjectColorTerm
from vlsim.scene.simulation import Simulation
from vlsim.scene.textures import TEXTURES
from vlsim.world import WORKSPACE
from vlsim.world.camera import FRONT
from vlsim.world.things import COLORS

CAMERAS = {"front": FRONT, "wrist": WRIST}
SCENE = scene(("cube", 0.45, -0.1), ("bowl", 0.55, 0.1))


def values(asked: Any, seed: int = 3, cameras: Any = CAMERAS) -> dict[str, Any]:
    randomizer = Randomizer(choose_terms(asked), cameras)
    randomizer.begin(seed, SCENE)
    return randomizer.values


def test_presets_name_terms_and_every_term_is_one() -> None:
    assert list(choose_terms("all")) == list(TERMS)
    assert {"background", "light", "camera", "robot-init", "noise", "all"} <= set(PRESETS)
    assert all(list(choose_terms(name)) == [name] for name in TERMS)
    assert list(choose_terms(["gain", "physics", "light"])) == ["light", "friction", "mass", "gain"]
    assert choose_terms(None) == choose_terms([]) == choose_terms({}) == {}


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ("lihgt", UnknownNameError, "No randomisation preset named 'lihgt'. Did you mean 'light'"),
        ({"lihgt": {}}, UnknownNameError, "No randomisation term named 'lihgt'"),
        (
            {"light": {"ambiant": 1}},
            InvalidValueError,
            "term 'light': No field named 'ambiant'.*'ambient'",
        ),
        (
            {"light": 3},
            InvalidValueError,
            "The randomisation term 'light' must be a mapping with every, .*got 3",
        ),
        (
            {"light": NoiseTerm()},
            InvalidValueError,
            "The randomisation term 'light' must be a mapping",
        ),
        ({"light": {"every": -1}}, InvalidValueError, "light.every must be a whole number.*got -1"),
        ({"light": {"every": 1.5}}, InvalidValueError, "'every' must be a whole number, got 1.5"),
        ({"robot-init": {"every": 2}}, InvalidValueError, "'robot-init' acts at the reset only"),
        ({"distractors": {"every": 1}}, InvalidValueError, "'distractors' acts at the reset only"),
        ({"distractors": {"kind": "bowl"}}, InvalidValueError, "distractors.kind must be one of"),
        ({"distractors": {"kind": {"choice": []}}}, InvalidValueError, "distractors.kind must be"),
        ({"distractors": {"count": 7}}, InvalidValueError, "distractors.count must lie in"),
        ({"background": {"wall_texture": 3}}, InvalidValueError, "a name or a path, got 3"),
        (
            {"background": {"wall_texture": {"uniform": [0, 1]}}},
            InvalidValueError,
            "background.wall_texture must be the name or path",
        ),
        ({"background": {"table_texture": "wod"}}, InvalidValueError, "No texture 'wod'"),
    ],
)
def test_a_wrong_choice_is_refused(asked: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        choose_terms(asked)


@pytest.mark.parametrize("name", list(TERMS))
def test_a_term_survives_json(name: str) -> None:
    term = TERMS[name]()
    assert TERMS[name].from_json(json.loads(json.dumps(term.to_json()))) == term
    found = values(name)
    assert json.loads(json.dumps(found)) == found
    assert set(found[name]) == {one.name for one in term.drawn_fields()}


@pytest.mark.parametrize("name", list(TERMS))
def test_what_is_drawn_lies_in_the_range_and_differs_between_seeds(name: str) -> None:
    drawn = [values(name, seed)[name] for seed in range(30)]
    for one in TERMS[name].drawn_fields():
        found = np.array([d[one.name] for d in drawn])
        assert len(np.unique(found)) > 1, one.name
        if found.dtype.kind in "if":
            default = one.default
            low, high = min(default.values()), max(default.values())
            assert low <= found.min(), one.name
            assert found.max() <= high, one.name


def test_no_term_field_or_camera_changes_what_another_one_draws() -> None:
    everything = values("all")
    for name in TERMS:
        assert values(name)[name] == everything[name]
    fixed = values({"light": LightTerm(azimuth_deg=Constant(7.0))})["light"]
    assert fixed["azimuth_deg"] == 7.0
    assert fixed["ambient"] == everything["light"]["ambient"]
    alone = values("camera", cameras={"front": FRONT})["camera"]
    for field in ("eye", "target", "fov"):
        assert alone[field][0] == everything["camera"][field][0]
        assert everything["camera"][field][0] != everything["camera"][field][1]


def test_fields_and_terms_are_drawn_apart() -> None:
    light, gain = TERMS["light"](), TERMS["gain"]()
    shares = []
    for seed in range(50):
        drawn = {**light.draw(seed, 0, {}), **gain.draw(seed, 0, {})}
        ends = {name: getattr(light, name).values() for name in ("ambient", "diffuse", "specular")}
        ends["motors"] = gain.motors.values()  # type: ignore[attr-defined]
        shares.append([(drawn[n] - low) / (high - low) for n, (low, high) in ends.items()])
    related = np.abs(np.corrcoef(np.array(shares).T) - np.eye(4))
    # 50 independent pairs exceed this once in ten thousand times.
    assert related.max() < 0.53


def test_an_interval_draws_anew_and_the_reset_draw_stays_the_same(simulation: Simulation) -> None:
    simulation.reset(SCENE)
    seen = []
    for every in (0, 3):
        randomizer = Randomizer(choose_terms({"light": {"every": every}, "mass": {}}), CAMERAS)
        randomizer.begin(5, SCENE)
        randomizer.apply(simulation)
        rows = [(randomizer.values["light"], simulation.light, randomizer.values["mass"])]
        for step in range(1, 8):
            randomizer.advance(step, simulation)
            rows.append((randomizer.values["light"], simulation.light, randomizer.values["mass"]))
        seen.append(rows)
    once, often = ([row[0]["ambient"] for row in rows] for rows in seen)
    assert len(set(once)) == 1
    assert often[0] == once[0]
    assert [a == b for a, b in pairwise(often)] == [
        True, True, False, True, True, False, True,
    ]  # fmt: skip
    assert seen[1][3][1] != seen[1][2][1]
    assert len({str(row[2]) for rows in seen for row in rows}) == 1


@pytest.mark.parametrize("camera", [FRONT, WRIST])
def test_every_camera_that_can_be_drawn_is_a_valid_one(camera: Any) -> None:
    term = CameraTerm(eye=Uniform(-0.1, 0.1), target=Uniform(-0.05, 0.05), fov=Uniform(0.9, 1.2))
    for seed in range(50):
        (moved,) = term.move({"one": camera}, term.draw(seed, 0, {"camera": 1})).values()
        assert check_camera("one", moved).mount == camera.mount
        length = np.linalg.norm(np.subtract(camera.target, camera.eye))
        assert 0 < np.abs(np.subtract(moved.eye, camera.eye)).max() <= 0.1 * length
        assert 0 < np.abs(np.subtract(moved.target, camera.target)).max() <= 0.05 * length
        assert 0.9 <= moved.fov_deg / camera.fov_deg <= 1.2


def test_the_workspace_stays_in_the_picture_of_every_default_front_camera() -> None:
    term = CameraTerm()
    corners = np.array([(x, y, 0.0) for x in WORKSPACE[0] for y in WORKSPACE[1]])
    fov = min(term.fov.values())
    for eye in product(term.eye.values(), repeat=3):
        for target in product(term.target.values(), repeat=3):
            (moved,) = term.move(
                {"front": FRONT}, {"eye": [eye], "target": [target], "fov": [fov]}
            ).values()
            assert np.abs(moved.project(corners)).max() < 1.0


def test_a_camera_is_never_shifted_into_the_table_nor_its_lens_beyond_the_limits() -> None:
    low = replace(FRONT, eye=(1.16, 0.0, 0.1), fov_deg=140.0)
    shift = {"eye": [[0.0, 0.0, -0.4]], "target": [[0.0, 0.0, 0.0]], "fov": [2.0]}
    (moved,) = CameraTerm().move({"front": low}, shift).values()
    assert moved.eye[2] == 0.02
    assert moved.fov_deg == 150.0
    (same,) = (
        CameraTerm()
        .move({"front": FRONT}, {"eye": [[0.0] * 3], "target": [[0.0] * 3], "fov": [1.0]})
        .values()
    )
    assert same == FRONT


def test_every_shade_is_nearest_to_the_colour_that_the_words_name() -> None:
    (shade,) = ObjectColorTerm.drawn_fields()
    most = shade.metadata["extent"].high
    assert shade.metadata["extent"].low == -most
    for name, color in COLORS.items():
        for corner in product((-most, 0.0, most), repeat=3):
            shown = np.clip(np.add(color, corner), 0, 1)
            distances = {n: np.linalg.norm(shown - np.array(c)) for n, c in COLORS.items()}
            assert min(distances, key=lambda n: distances[n]) == name


def test_no_default_colour_of_the_table_is_near_an_objects_colour() -> None:
    low, high = BackgroundTerm().table_color.values()
    for name, color in COLORS.items():
        nearest = np.clip(color, low, high)
        assert np.linalg.norm(nearest - color) > 0.3, name


def test_robot_init_is_a_shift_from_home() -> None:
    term = RobotInitTerm(x=Constant(0.1), y=Constant(-0.05), z=Uniform(-0.1, -0.1), yaw=0.3)  # type: ignore[arg-type]
    randomizer = Randomizer({"robot-init": term}, CAMERAS)
    start = randomizer.begin(0, SCENE)
    assert start is not None
    np.testing.assert_allclose(start.position, (0.4, -0.05, 0.2))
    assert (start.yaw, start.opening) == (0.3, 0.08)
    assert Randomizer({}, CAMERAS).begin(0, SCENE) is None


def test_the_light_stands_where_its_angles_say(simulation: Simulation) -> None:
    simulation.reset(SCENE)
    term = LightTerm(azimuth_deg=Constant(90.0), elevation_deg=Constant(30.0))
    term.apply(simulation, term.draw(0, 0, {}))
    np.testing.assert_allclose(simulation.light.direction, (0.0, 3**0.5 / 2, 0.5), atol=1e-12)


def test_every_texture_can_be_drawn() -> None:
    found = {values("background", seed)["background"]["table_texture"] for seed in range(60)}
    assert found == set(TEXTURES)


def test_distractors_stand_in_the_picture_behind_all_objects_and_apart(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation.reset(SCENE)
    stood: list[tuple[tuple[float, float], float]] = []
    monkeypatch.setattr(
        simulation.parts,
        "add_decoration",
        lambda kind, xy, radius, height, color: stood.append((xy, radius)),
    )
    for count, seed in product(range(1, 7), range(10)):
        stood.clear()
        term = DistractorTerm(count=Constant(count))
        term.apply(simulation, term.draw(seed, 0, {"distractor": 6}))
        assert len(stood) == count
        for (x, y), radius in stood:
            # An object may reach 3 cm over the edge of the workspace.
            assert x + 2**0.5 * radius < WORKSPACE[0][0] - 0.03
            assert np.abs(FRONT.project(np.array([x, y, 0.0]))).max() < 1.0
        for ((_, left), a), ((_, right), b) in pairwise(stood):
            assert left - right > a + b


def test_as_many_distractors_are_drawn_as_were_counted(simulation: Simulation) -> None:
    term = DistractorTerm(count=Constant(3), grey=Constant(0.25))
    simulation.reset(SCENE)
    before = simulation.render(FRONT, 256)
    term.apply(simulation, term.draw(0, 0, {"distractor": 6}))
    after = simulation.render(FRONT, 256)
    added = after.bodies > before.bodies.max()
    assert len(np.unique(after.bodies[added])) == 3
    assert (np.ptp(after.rgb[added].astype(int), axis=1) <= 1).all()
    np.testing.assert_array_equal(after.rgb[~added], before.rgb[~added])
    assert (simulation.segmentation(after)[added] == -1).all()

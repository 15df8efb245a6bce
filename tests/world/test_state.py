"""The facts of a scene: what objects are, where they rest, and what makes two scenes equal."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlsim.errors import InvalidValueError
from vlsim.skills.motion import Motion
from vlsim.world import HOME_EE_POSITION, REST_SPEED, resting_scene, scene_from_json
from vlsim.world.things import COLORS, KINDS, SIZES, ObjectSpec

RED_CUBE, BLUE_BOWL = ObjectSpec("cube", "red"), ObjectSpec("bowl", "blue", "large")
SCENE = resting_scene(
    (RED_CUBE, BLUE_BOWL), np.array([[0.40, 0.10], [0.43, 0.14]]), np.array([0.0, 0.5])
)


def test_there_are_at_least_six_colors_five_kinds_and_two_sizes() -> None:
    assert len(COLORS) >= 6
    assert len(KINDS) >= 5
    assert len(SIZES) >= 2


@pytest.mark.parametrize(
    ("kind", "color", "size", "wrong"),
    [
        ("cub", "red", "small", "'cub' is none of cube, cylinder, ball, bowl, pad"),
        ("cube", "pink", "small", "'pink' is none of red"),
        ("cube", "red", "huge", "'huge' is none of small, large"),
    ],
)
def test_a_spec_of_unknown_words_is_refused(kind: str, color: str, size: str, wrong: str) -> None:
    with pytest.raises(InvalidValueError, match=wrong):
        ObjectSpec(kind, color, size)


def test_a_large_object_is_1_3_times_the_small_one() -> None:
    small, large = ObjectSpec("cylinder", "red"), ObjectSpec("cylinder", "red", "large")
    assert (small.radius, small.height) == (0.018, 0.048)
    assert large.radius == pytest.approx(0.0234)
    assert large.height == pytest.approx(0.0624)


def test_a_pad_stays_thin_whatever_its_size() -> None:
    large = ObjectSpec("pad", "red", "large")
    assert large.height == 0.002
    assert large.radius == pytest.approx(0.065)


def test_only_places_and_fixtures_are_fixed() -> None:
    fixed = [kind for kind in KINDS if not ObjectSpec(kind, "red").movable]
    assert fixed == ["bowl", "pad", "drawer", "button", "slider"]
    assert [kind for kind in fixed if ObjectSpec(kind, "red").joint] == fixed[2:]


def test_only_a_bowl_holds_things_and_its_rim_is_wider_than_its_opening() -> None:
    hollow = [kind for kind in KINDS if ObjectSpec(kind, "red").inner_radius > 0]
    assert hollow == ["bowl"]
    assert BLUE_BOWL.inner_radius == pytest.approx(0.0611)
    assert BLUE_BOWL.inner_radius < BLUE_BOWL.radius


def test_a_square_reaches_further_at_its_corners_and_a_round_thing_does_not() -> None:
    assert RED_CUBE.footprint == pytest.approx(0.02 * math.sqrt(2))
    assert ObjectSpec("ball", "red").footprint == 0.02


def test_every_small_movable_object_fits_into_every_bowl() -> None:
    opening = ObjectSpec("bowl", "red").inner_radius
    assert all(ObjectSpec(k, "red").footprint < opening for k in KINDS if KINDS[k].movable)


def test_a_resting_object_stands_with_its_centre_half_its_height_above_the_table() -> None:
    assert SCENE.positions_world[0].tolist() == [0.40, 0.10, 0.02]
    assert SCENE.positions_world[1, 2] == pytest.approx(0.0195)
    assert SCENE.ee_position_world.tolist() == list(HOME_EE_POSITION)
    assert SCENE.is_at_rest(0)


def test_a_yaw_turns_about_the_vertical_axis() -> None:
    np.testing.assert_array_equal(SCENE.orientations_xyzw[0], [0, 0, 0, 1])
    np.testing.assert_allclose(
        SCENE.orientations_xyzw[1], [0, 0, math.sin(0.25), math.cos(0.25)], atol=1e-15
    )


def test_a_scene_may_be_empty() -> None:
    empty = resting_scene((), np.zeros((0, 2)), np.zeros(0))
    assert empty.positions_world.shape == (0, 3)
    assert scene_from_json(empty.to_json()).digest() == empty.digest()


def test_distance_ignores_height() -> None:
    assert SCENE.distance_xy(0, 1) == pytest.approx(0.05)
    lifted = SCENE.positions_world.copy()
    lifted[0, 2] += 0.3
    assert SCENE.replace(positions_world=lifted).distance_xy(1, 0) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("speed", "rests"), [(0.0, True), (REST_SPEED - 1e-6, True), (REST_SPEED, False), (0.5, False)]
)
def test_rest_ends_at_the_rest_speed(speed: float, rests: bool) -> None:
    direction = np.array([0.6, 0.0, 0.8])
    velocities = np.stack([direction * speed, np.zeros(3)])
    moving = SCENE.replace(velocities_world=velocities)
    assert moving.is_at_rest(0) is rests
    assert moving.is_at_rest(1) is True


@pytest.mark.parametrize(
    "field", ["positions_world", "orientations_xyzw", "velocities_world", "ee_position_world"]
)
def test_the_digest_tells_scenes_apart_by_a_single_bit(field: str) -> None:
    changed = getattr(SCENE, field).copy()
    changed.flat[0] = np.nextafter(changed.flat[0], 1.0)
    assert SCENE.replace(**{field: changed}).digest() != SCENE.digest()
    assert SCENE.replace(**{field: getattr(SCENE, field).copy()}).digest() == SCENE.digest()


def test_the_digest_sees_the_gripper_and_what_the_objects_are() -> None:
    others = [
        SCENE.replace(ee_yaw=0.1),
        SCENE.replace(gripper_opening=0.04),
        SCENE.replace(specs=(ObjectSpec("cube", "green"), BLUE_BOWL)),
    ]
    assert len({scene.digest() for scene in [SCENE, *others]}) == 4


def test_the_memory_layout_of_an_array_does_not_change_the_digest() -> None:
    strided = np.asfortranarray(SCENE.positions_world)
    assert SCENE.replace(positions_world=strided).digest() == SCENE.digest()


coordinates = st.floats(-1, 1, allow_nan=False)
any_spec = st.builds(
    ObjectSpec, st.sampled_from([*KINDS]), st.sampled_from([*COLORS]), st.sampled_from([*SIZES])
)


@given(specs=st.lists(any_spec, max_size=4), data=st.data())
def test_a_scene_survives_json_bit_for_bit(specs: list[ObjectSpec], data: st.DataObject) -> None:
    k = len(specs)

    def numbers(n: int) -> np.ndarray:
        return np.array(data.draw(st.lists(coordinates, min_size=n, max_size=n)), float)

    scene = resting_scene(tuple(specs), numbers(2 * k).reshape(k, 2), numbers(k)).replace(
        velocities_world=numbers(3 * k).reshape(k, 3),
        ee_position_world=numbers(3),
        ee_yaw=data.draw(coordinates),
        gripper_opening=data.draw(coordinates),
    )
    again = scene_from_json(json.loads(json.dumps(scene.to_json())))
    assert again.specs == scene.specs
    assert again.digest() == scene.digest()


def test_a_skill_is_a_plain_value() -> None:
    assert Motion("push", (0.4, 0.0), (0.5, 0.1)) == Motion("push", (0.4, 0.0), (0.5, 0.1))


def test_a_tilt_of_the_hand_is_a_fact_where_there_is_one() -> None:
    tilted = SCENE.replace(ee_tilt=0.5)
    assert tilted.digest() != SCENE.digest()
    assert tilted.digest() != SCENE.replace(ee_tilt=0.6).digest()
    assert SCENE.digest() == "2a47aee4fc0c898b"
    assert "ee_tilt" not in SCENE.to_json()
    assert scene_from_json(json.loads(json.dumps(tilted.to_json()))).digest() == tilted.digest()
    with pytest.raises(InvalidValueError, match="'ee_tilt' must be a finite number"):
        scene_from_json({**SCENE.to_json(), "ee_tilt": "down"})

"""What things are: the names that exist, their measures, and what is said of the unusual."""

import itertools

import numpy as np
import pytest

from vlsim.errors import InvalidValueError
from vlsim.world import SceneState, resting_scene, scene_from_json
from vlsim.world.things import KINDS, MATERIALS, SIZES, TRAINED_KINDS, ObjectSpec

NEW = ("star", "ring", "cross", "prism")
GRASP_OPENING = 0.07
"""Opening of the fingers before they grasp, metres; `vlsim.scene.execution` has the same."""


def test_training_shows_all_kinds_but_the_four_new_ones() -> None:
    assert tuple(k for k in KINDS if k not in TRAINED_KINDS) == NEW
    assert tuple(KINDS)[: len(TRAINED_KINDS)] == TRAINED_KINDS
    assert all(KINDS[kind].movable and not KINDS[kind].inner_radius for kind in NEW)


def test_two_sizes_differ_by_a_factor_of_1_3_or_more() -> None:
    for one, other in itertools.combinations(sorted(SIZES.values()), 2):
        assert other / one >= 1.3
    assert ObjectSpec("cube", "red", "tiny").height == pytest.approx(0.0308, abs=1e-4)


@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("size", list(SIZES))
def test_a_new_kind_fits_between_the_fingers_and_into_a_bowl_of_its_size(
    kind: str, size: str
) -> None:
    spec = ObjectSpec(kind, "red", size)
    # Of points on a circle, a star's and a prism's, no two lie opposite each other.
    width = {"star": 1 + np.cos(np.pi / 5), "prism": 1.5}.get(kind, 2.0) * spec.radius
    assert width < GRASP_OPENING - 0.005
    assert spec.footprint < ObjectSpec("bowl", "red", size).inner_radius


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ObjectSpec("cube", "red"), "cube red small"),
        (ObjectSpec("cube", "red", material="plain"), "cube red small"),
        (ObjectSpec("star", "blue", "tiny", "metal"), "star blue tiny metal"),
    ],
)
def test_a_digest_names_the_material_only_if_it_is_unusual(spec: ObjectSpec, words: str) -> None:
    assert str(spec) == words


def lonely(spec: ObjectSpec) -> SceneState:
    return resting_scene((spec,), np.array([[0.5, 0.0]]), np.zeros(1))


def test_the_digest_of_a_plain_scene_is_what_it_was_before_there_were_materials() -> None:
    assert lonely(ObjectSpec("cube", "red")).digest() == "9f7b1f06b01be6e3"
    digests = {lonely(ObjectSpec("cube", "red", material=m)).digest() for m in MATERIALS}
    assert len(digests) == len(MATERIALS)


def test_json_has_the_material_of_what_is_not_plain() -> None:
    (plain,) = lonely(ObjectSpec("cube", "red")).to_json()["objects"]
    assert "material" not in plain
    metal = lonely(ObjectSpec("ball", "red", "tiny", "metal"))
    assert metal.to_json()["objects"][0]["material"] == "metal"
    assert scene_from_json(metal.to_json()).specs == metal.specs


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"material": "glass"}, "'glass' is none of plain, wooden, metal, striped"),
        ({"material": None}, "material' must be a string, got None"),
        ({"material": ["metal"]}, "material' must be a string"),
        ({"size": "huge"}, "'huge' is none of small, large, tiny"),
        ({"kind": "heart"}, "'heart' is none of cube, .*, star, ring, cross, prism"),
        ({"kind": None}, "kind' must be a string, got None"),
        ({"kind": "drawer", "material": "metal"}, "A drawer is always plain, got 'metal'"),
    ],
)
def test_a_scene_of_things_that_do_not_exist_is_refused_in_one_line(
    changes: dict[str, object], wrong: str
) -> None:
    thing = {"kind": "cube", "color": "red", "position": [0.5, 0, 0.02], **changes}
    with pytest.raises(InvalidValueError, match=wrong) as error:
        scene_from_json({"objects": [thing]})
    assert len(str(error.value).splitlines()) == 1

"""Scenes as JSON has them: what may be left out, and what is refused, by its place."""

import math
from typing import Any

import numpy as np
import pytest

from vlsim.errors import InvalidValueError
from vlsim.world import resting_scene, scene_from_json
from vlsim.world.things import ObjectSpec


def test_json_needs_only_kind_color_and_position() -> None:
    scene = scene_from_json(
        {"objects": [{"kind": "ball", "color": "red", "position": [0.5, 0, 0.02]}]}
    )
    assert scene.specs == (ObjectSpec("ball", "red", "small"),)
    expected = resting_scene(scene.specs, np.array([[0.5, 0.0]]), np.zeros(1))
    assert scene.digest() == expected.digest()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "A scene: 'objects' is missing; it must be a list"),
        (None, "A scene must be a mapping with objects, .*, got None"),
        ("table", "A scene must be a mapping with objects, .*, got 'table'"),
        ({"objects": None}, "A scene: 'objects' must be a list, got None"),
        (
            {"objects": ["red ball"]},
            r"A scene: 'objects\[0\]' must be a mapping with kind, color, pos",
        ),
        ({"objects": [{"kind": "ball", "color": "red"}]}, r"'objects\[0\].position' is missing"),
        (
            {"objects": [{"color": "red", "position": [0.5, 0, 0]}]},
            r"'objects\[0\].kind' is missing",
        ),
        ({"objects": [], "objcets": []}, "A scene: No field named 'objcets'. Did you mean 'objec"),
        (
            {"objects": [{"kind": "ball", "colour": "red", "position": [0.5, 0, 0]}]},
            r"A scene: 'objects\[0\]': No field named 'colour'. Did you mean 'color'",
        ),
        (
            {"objects": [{"kind": ["ball"], "color": "red", "position": [0.5, 0, 0]}]},
            r"'objects\[0\].kind' must be a string, got \['ball'\]",
        ),
    ],
)
def test_what_is_not_a_scene_is_refused_by_the_field(data: Any, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words) as caught:
        scene_from_json(data)
    assert "Error" not in str(caught.value)


def test_a_scene_of_unknown_things_is_refused_by_name() -> None:
    data = {"objects": [{"kind": "sofa", "color": "red", "position": [0.5, 0, 0]}]}
    with pytest.raises(InvalidValueError, match="'sofa' is none of"):
        scene_from_json(data)


def described(**changes: object) -> dict[str, object]:
    return {"objects": [{"kind": "ball", "color": "red", "position": [0.5, 0, 0.02], **changes}]}


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (described(position=[0.5, 0.0]), "position' must be a list of 3, each a finite number"),
        (described(position=[0.5, 0, 0, 0]), "position' must be a list of 3"),
        (described(position=["0.5", "0", "0"]), "must be a finite number, got '0.5'"),
        (described(position=[None, 0, 0]), "must be a finite number, got None"),
        (described(position=[[0.5], [0], [0]]), r"must be a finite number, got \[0.5\]"),
        (described(position=0.5), "must be a list of 3"),
        (described(position=[math.nan, 0, 0]), "must be a finite number, got nan"),
        (described(position=[math.inf, 0, 0]), "must be a finite number, got inf"),
        (described(position=[500, 0, 20]), "'position' must be within 10, got 500"),
        (described(orientation_xyzw=[0, 0, 0]), "orientation_xyzw' must be a list of 4"),
        (described(orientation_xyzw=[0, 0, 0, 0]), "must have length 1"),
        ({**described(), "velocities": [[0, 0]]}, r"'velocities\[0\]' must be a list of 3"),
        ({**described(), "velocities": []}, "must be 1, one for each object, got 0"),
        ({**described(), "ee_position": [0, 0]}, "'ee_position' must be a list of 3"),
        ({**described(), "ee_yaw": "left"}, "'ee_yaw' must be a finite number, got 'left'"),
        ({**described(), "gripper_opening": math.nan}, "must be a finite number"),
        ({"objects": described()["objects"] * 9}, "at most 8 objects, got 9"),  # type: ignore[operator]
    ],
)
def test_a_malformed_scene_is_refused_by_the_field(data: dict[str, object], wrong: str) -> None:
    with pytest.raises(InvalidValueError, match=wrong):
        scene_from_json(data)


@pytest.mark.parametrize(("position", "allowed"), [(10.0, True), (10.001, False)])
def test_a_coordinate_ends_at_ten_metres(position: float, allowed: bool) -> None:
    data = described(position=[position, 0, 0])
    if allowed:
        assert scene_from_json(data).positions_world[0, 0] == position
    else:
        with pytest.raises(InvalidValueError, match="within 10"):
            scene_from_json(data)

"""Both sides of every border between yes, hard to say, and no."""

import math

import pytest

from tests.language.strategies import moved, table
from vlsim.referring.relations import AXES, RELATIONS, holds, in_order

ORIGIN = (0.5, 0.0)


def at_angle(relation: str, degrees: float, distance: float):
    """A cube that is off the relation's axis by some degrees, and the bowl beside it."""
    ax, ay = AXES[relation]
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x = ORIGIN[0] + distance * (ax * c - ay * s)
    y = ORIGIN[1] + distance * (ax * s + ay * c)
    return table(("red cube", x, y), ("blue bowl", *ORIGIN))


@pytest.mark.parametrize("relation", sorted(AXES))
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(
    ("degrees", "distance", "verdict"),
    [
        (0, 0.10, True),
        (34, 0.10, True),
        (36, 0.10, None),
        (59, 0.10, None),
        (61, 0.10, False),
        (180, 0.10, False),
        (0, 0.031, True),
        (0, 0.029, None),
        (90, 0.10, False),
    ],
)
def test_a_side_is_clear_hard_to_say_or_wrong(relation, sign, degrees, distance, verdict):
    assert holds(relation, at_angle(relation, sign * degrees, distance), 0, (1,)) is verdict


@pytest.mark.parametrize(
    ("relation", "x", "y"),
    [("right of", 0.5, 0.1), ("left of", 0.5, -0.1), ("in front of", 0.6, 0), ("behind", 0.4, 0)],
)
def test_directions_are_those_of_the_front_camera(relation, x, y):
    scene = table(("red cube", x, y), ("blue bowl", *ORIGIN))
    assert {name for name in AXES if holds(name, scene, 0, (1,))} == {relation}


@pytest.mark.parametrize(("gap", "verdict"), [(0.059, True), (0.061, None), (0.101, False)])
def test_next_to_is_a_matter_of_the_gap_between_outlines(gap, verdict):
    scene = table(("red cube", 0.5, 0.02 + 0.055 + gap), ("blue bowl", *ORIGIN))
    assert holds("next to", scene, 0, (1,)) is verdict


@pytest.mark.parametrize(
    ("x", "y", "verdict"),
    [
        (0.50, 0.0, True),
        (0.50, 0.019, True),
        (0.50, 0.021, None),
        (0.50, 0.041, False),
        (0.451, 0.0, True),
        (0.449, 0.0, None),
        (0.39, 0.0, False),
        (0.61, 0.0, False),
    ],
)
def test_between_is_the_middle_of_the_way(x, y, verdict):
    scene = table(("red cube", x, y), ("blue bowl", 0.4, 0.0), ("green pad", 0.6, 0.0))
    assert holds("between", scene, 0, (1, 2)) is verdict
    assert holds("between", scene, 0, (2, 1)) is verdict


def test_nothing_is_between_a_thing_and_itself():
    scene = table(("red cube", 0.5, 0.0), ("blue bowl", 0.4, 0.0))
    assert holds("between", scene, 0, (1, 1)) is False


@pytest.mark.parametrize(("offset", "verdict"), [(0.046, True), (0.048, False)])
def test_a_bowl_holds_what_is_over_its_opening_and_low(offset, verdict):
    scene = table(("red cube", 0.5, offset), ("blue bowl", *ORIGIN))
    assert holds("in", scene, 0, (1,)) is verdict
    assert holds("holding", scene, 1, (0,)) is verdict
    assert holds("on", scene, 0, (1,)) is False
    assert not holds("in", moved(scene, 0, to=(0.5, offset, 0.05)), 0, (1,))


@pytest.mark.parametrize(("offset", "verdict"), [(0.049, True), (0.051, False)])
def test_a_pad_carries_what_is_over_it_and_low(offset, verdict):
    scene = table(("red cube", 0.5, offset), ("blue pad", *ORIGIN))
    assert holds("on", scene, 0, (1,)) is verdict
    assert holds("holding", scene, 1, (0,)) is verdict
    assert holds("in", scene, 0, (1,)) is False


def test_places_hold_no_places():
    scene = table(("red pad", 0.5, 0.01), ("blue bowl", *ORIGIN))
    assert not any(holds(name, scene, 0, (1,)) for name in ("in", "on", "holding"))


THREE = table(("red cube", 0.50, -0.10), ("blue cube", 0.55, 0.0), ("large red ball", 0.60, 0.10))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("left", [0, 1, 2]),
        ("right", [2, 1, 0]),
        ("back", [0, 1, 2]),
        ("front", [2, 1, 0]),
        ("nearest", [0, 1, 2]),
        ("farthest", [2, 1, 0]),
    ],
)
def test_orders_by_place(order, expected):
    assert in_order(order, THREE, (0, 1, 2)) == [[i] for i in expected]


def test_orders_by_size_group_what_is_equally_large():
    assert in_order("largest", THREE, (0, 1, 2)) == [[2], [0, 1]]
    assert in_order("smallest", THREE, (0, 1, 2)) == [[0, 1], [2]]


@pytest.mark.parametrize(("gap", "groups"), [(0.024, [[0, 1]]), (0.026, [[0], [1]])])
def test_things_side_by_side_cannot_be_told_apart(gap, groups):
    scene = table(("red cube", 0.5, 0.0), ("blue cube", 0.5, gap))
    assert in_order("left", scene, (0, 1)) == groups


def test_every_relation_says_how_many_landmarks_it_has():
    assert {name: n for name, (n, _) in RELATIONS.items() if n != 1} == {"between": 2}

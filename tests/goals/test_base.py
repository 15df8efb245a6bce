import json

import pytest
from hypothesis import given

from tests.language.strategies import GOALS_IN_WORDS, PROPERTY, moved, table
from vlsim.errors import InstructionError, InvalidValueError, UnknownNameError, VlsimError
from vlsim.goals import GOALS, Goal, Place, PushTo, PutBack, Reach, Turn, goal_from_json
from vlsim.goals.base import share_covered
from vlsim.referring.ref import Ref

SCENE = table(
    ("red cube", 0.40, 0.0),
    ("blue cube", 0.50, 0.1),
    ("green bowl", 0.60, 0.0),
    ("red pad", 0.4, 0.15),
)


def test_every_goal_is_registered_under_its_name():
    assert all(cls.name == name for name, cls in GOALS.items())


@PROPERTY
@given(GOALS_IN_WORDS)
def test_json_gives_an_equal_goal(goal: Goal):
    assert goal_from_json(json.loads(json.dumps(goal.to_json()))) == goal


@pytest.mark.parametrize(
    "goal",
    [
        PutBack(Ref("cube"), spot=(0.4, 0.1)),
        Turn(Ref("cube"), "left", begun_xyzw=(0.0, 0.0, 0.0, 1.0)),
    ],
)
def test_what_a_goal_notes_down_of_its_scene_survives_json(goal: Goal):
    assert goal_from_json(json.loads(json.dumps(goal.to_json()))) == goal


def test_json_has_every_field():
    assert Place(Ref("cube", "red"), Ref("bowl", size="large"), "in").to_json() == {
        "goal": "place",
        "target": {"kind": "cube", "color": "red", "size": None},
        "place": {"kind": "bowl", "color": None, "size": "large"},
        "relation": "in",
    }
    assert PushTo(Ref("cube"), Ref("pad"), 0.02).to_json()["tolerance"] == 0.02


TARGET = {"kind": "cube", "color": None, "size": None}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"goal": "reech", "target": TARGET}, "Did you mean 'reach'"),
        ({"goal": 3, "target": TARGET}, "name of a goal must be a string, got 3"),
        ({"goal": [], "target": TARGET}, r"name of a goal must be a string, got \[\]"),
        ({"target": TARGET}, "A goal must be a mapping with 'goal', its name, got"),
        ({"goal": "reach"}, "The goal 'reach': 'target' is missing; it must be a phrase"),
        (
            {"goal": "place", "target": TARGET, "place": TARGET},
            "The goal 'place': 'relation' is missing; it must be 'on' or 'in'",
        ),
        (
            {"goal": "reach", "target": "the cube"},
            "The goal 'reach': 'target' must be a mapping with kind, color, size",
        ),
        (
            {"goal": "push", "target": TARGET, "direction": []},
            "The goal 'push': 'direction' must be a string",
        ),
        ({"goal": "then"}, "The goal 'then': 'steps' is missing; it must be a list"),
        ({"goal": "and", "parts": 3}, "'parts' must be a list, got 3"),
        (
            {"goal": "and", "parts": [], "enough": "x"},
            "The goal 'and': 'enough' must be a whole number or null",
        ),
        ({"goal": "if", "then": {}}, "The goal 'if': 'condition' is missing"),
        ({"goal": "for_all", "all": {}}, "The goal 'for_all': No field named 'all'"),
        ({"goal": "reach", "target": {"kind": "cup"}}, "'cup' is none of cube, cylinder"),
        (
            {"goal": "reach", "target": {"color": "red"}},
            "'target.kind' is missing; it must be a string or null",
        ),
        ({"goal": "reach", "target": {"kind": ["cube"]}}, "'target.kind' must be a string or null"),
        (
            {"goal": "reach", "target": TARGET | {"rank": 3}},
            "'target.rank' must be a mapping with order, place",
        ),
        (
            {"goal": "reach", "target": TARGET | {"relation": {"name": "on"}}},
            "'target.relation.landmarks' is missing",
        ),
        (
            {"goal": "reach", "target": TARGET | {"many": {"every": 1}}},
            "'target.many.every' must be true or false",
        ),
        ({"goal": "reach", "target": TARGET, "speed": 1}, "speed"),
        ({"goal": "reach", "target": TARGET, "tolerance": "3 cm"}, "'tolerance' must be a finite"),
        (
            {"goal": "reach", "target": TARGET, "tolerance": float("nan")},
            "'tolerance' must be a fin",
        ),
        ({"goal": "place", "target": TARGET, "place": TARGET, "relation": "under"}, "'on' or 'in'"),
        ([1, 2], "A goal must be a mapping"),
        ("reach", "Not a goal"),
        (None, "A goal must be a mapping"),
    ],
)
def test_json_that_is_no_goal_is_refused_with_the_reason(data: object, words: str):
    with pytest.raises(VlsimError, match=words) as caught:
        goal_from_json(data)
    assert "Error" not in str(caught.value)


def test_an_unknown_goal_is_an_unknown_name():
    with pytest.raises(UnknownNameError):
        goal_from_json({"goal": "pour"})


@pytest.mark.parametrize("tolerance", [0.0, -0.01, float("inf"), True])
@pytest.mark.parametrize("cls", [Reach, PushTo])
def test_a_tolerance_is_positive(cls: type[Reach | PushTo], tolerance: float):
    with pytest.raises(InvalidValueError, match="positive number of metres"):
        cls(*[Ref("cube")] * len(cls.slots), tolerance=tolerance)


def test_referents_are_the_indices_of_the_named_things():
    goal = Place(Ref("cube", "blue"), Ref("bowl"), "in")
    assert goal.named(SCENE) == {"target": (1,), "place": (2,)}
    assert Reach(Ref("pad")).named(SCENE) == {"target": (3,)}


def test_referents_refuse_a_phrase_that_names_two_things():
    with pytest.raises(InstructionError, match="'the cube' names two things"):
        PushTo(Ref("cube"), Ref("pad")).named(SCENE)


@pytest.mark.parametrize(("shift", "who"), [(0.019, None), (0.021, 1)])
def test_what_was_displaced_by_two_centimetres_was_attempted(shift: float, who: int | None):
    goal = PushTo(Ref("cube", "red"), Ref("pad"))
    now = moved(SCENE, 1, to=(0.5, 0.1 + shift, 0.02))
    assert goal.attempted(SCENE, now) == who


def test_the_thing_displaced_most_was_attempted_and_places_never_were():
    goal = Place(Ref("cube", "red"), Ref("bowl"), "in")
    now = moved(SCENE, 0, to=(0.4, 0.03, 0.02))
    now = moved(now, 1, to=(0.5, 0.1, 0.12))
    now = moved(now, 2, to=(0.9, 0.9, 0.015))
    assert goal.attempted(SCENE, now) == 1
    assert goal.attempted(SCENE, SCENE) is None


def test_nothing_is_attempted_where_nothing_can_be_moved():
    scene = table(("green bowl", 0.6, 0.0))
    assert PushTo(Ref("bowl"), Ref("bowl")).attempted(scene, scene) is None


@pytest.mark.parametrize(
    ("start", "now", "share"),
    [
        (0.2, 0.2, 0.0),
        (0.2, 0.05, 0.75),
        (0.2, 0.0, 1.0),
        (0.2, -1.0, 1.0),
        (0.2, 0.3, 0.0),
        (0.0, 0.1, 0.0),
        (-0.1, -0.1, 1.0),
    ],
)
def test_share_covered(start: float, now: float, share: float):
    assert share_covered(start, now) == pytest.approx(share)

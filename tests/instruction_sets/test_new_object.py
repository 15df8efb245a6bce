"""The set of new kinds: every word is trained, only the shape is new, and only here."""

from collections import Counter

import pytest

from tests.language.strategies import table
from vlsim.errors import InvalidValueError
from vlsim.free_text.understand import parse, understand
from vlsim.goals import Place, Reach
from vlsim.instruction_sets import NEW_OBJECT, SETS, is_held_out
from vlsim.instruction_sets.new_object import NEW_KINDS
from vlsim.language.tokenizer import UNKNOWN_ID, default_tokenizer
from vlsim.referring.ref import Ref
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scenarios.scenes import draw_scene
from vlsim.world.things import KINDS, ObjectSpec

PLACE = ScenarioConfig(goals=("place",))


def test_the_new_kinds_are_those_that_training_never_shows() -> None:
    assert set(NEW_KINDS) == {"star", "ring", "cross", "prism"}
    for kind in KINDS:
        assert all(is_held_out(ObjectSpec(kind, "red", size)) for size in ("small",)) is (
            kind in NEW_KINDS or kind == "bowl"
        )


def test_every_word_is_trained_and_the_target_is_new() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(80):
        found = draw_scenario(PLACE, "new-object", seed)
        assert UNKNOWN_ID not in default_tokenizer().encode(found.instruction)
        assert understand(found.instruction, found.scene) == found.goal
        assert found.goal.target.kind is None
        assert found.goal.target.color is not None
        kinds[found.scene.specs[found.goal.subject(found.scene)].kind] += 1
    assert set(kinds) == set(NEW_KINDS)
    assert min(kinds.values()) >= 8


@pytest.mark.parametrize(
    ("target", "belongs"),
    [
        (Ref(None, "red"), True),
        (Ref(None, "red", "small"), True),
        (Ref("star", "red"), False),
        (Ref("cube"), False),
    ],
)
def test_the_name_of_a_new_kind_is_not_said(target: Ref, belongs: bool) -> None:
    scene = table(("red star", 0.4, 0.0), ("green cube", 0.5, 0.1), ("blue bowl", 0.6, 0.0))
    assert NEW_OBJECT.matches(Place(target, Ref("bowl"), "in"), scene) is belongs


def test_a_trained_kind_in_a_held_out_colour_is_no_part_of_it() -> None:
    scene = table(("red star", 0.4, 0.0), ("yellow cube", 0.5, 0.1))
    assert not NEW_OBJECT.matches(Reach(Ref(None, "red")), scene)


@pytest.mark.parametrize("name", sorted(set(SETS) - {"combo", "new-object"}))
def test_no_other_set_shows_a_new_kind_or_says_its_name(name: str) -> None:
    assert not any(SETS[name].admits(ObjectSpec(kind, "red")) for kind in NEW_KINDS)
    for seed in range(20):
        scene = draw_scene(PLACE, SETS[name], seed)
        assert not {spec.kind for spec in scene.specs} & set(NEW_KINDS)


def test_training_cannot_be_made_to_show_a_new_kind() -> None:
    only = PLACE.changed({"movable_kinds": ("star",)})
    with pytest.raises(InvalidValueError, match=r"only 0: the set 'seen' admits no more of star"):
        draw_scene(only, SETS["seen"], 0)
    assert {s.kind for s in draw_scene(only, SETS["combo"], 0).specs if s.movable} == {"star"}


def test_whoever_asks_for_a_star_by_its_name_is_understood() -> None:
    scene = table(("red star", 0.4, 0.0), ("green cube", 0.5, 0.1), ("blue bowl", 0.6, 0.0))
    goal = understand("put the star in the bowl", scene)
    assert goal == Place(Ref("star"), Ref("bowl"), "in")
    assert parse("put the red triangle in the bowl").target == Ref("prism", "red")
    assert UNKNOWN_ID in default_tokenizer().encode("put the star in the bowl")


def test_relations_and_orders_go_on_with_new_kinds() -> None:
    scene = table(
        ("red star", 0.40, -0.10),
        ("blue star", 0.40, 0.10),
        ("green ring", 0.60, 0.10),
        ("large yellow ring", 0.60, -0.12),
        ("blue bowl", 0.50, 0.10),
    )
    for words, index in (
        ("the leftmost star", 0),
        ("the star behind the bowl", 1),
        ("the star behind the bowl behind the green ring", 1),
        ("the larger ring", 3),
        ("the largest hoop", 3),
        ("the star that is not red", 1),
    ):
        assert understand(f"touch {words}", scene).named(scene) == {"target": (index,)}

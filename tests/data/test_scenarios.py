"""A seed is a scenario; a scenario can be carried out."""

import numpy as np
import pytest

from vlsim.data.scenarios import ScenarioConfig, draw_scenario, draw_scene, fit_scenario
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.language.goals import Reach, Ref
from vlsim.language.grammar import check_goal, parse
from vlsim.language.sets import SETS
from vlsim.language.sets.hold_outs import RULES
from vlsim.world import SceneState

PLACE = ScenarioConfig(goals=("place",))
REACH = ScenarioConfig(goals=("reach",), n_movable=(2, 5), n_places=(0, 2))


@pytest.mark.parametrize("name", [name for name in SETS if name not in RULES])
def test_the_same_seed_gives_the_same_scenario_in_every_set(name: str) -> None:
    first, again, other = (draw_scenario(PLACE, name, seed) for seed in (4, 4, 5))
    assert (first.scene.digest(), first.goal, first.text) == (
        again.scene.digest(),
        again.goal,
        again.text,
    )
    assert first.scene.digest() != other.scene.digest()


def test_a_scenario_is_possible_unambiguous_and_not_already_true() -> None:
    for seed in range(60):
        drawn = draw_scenario(REACH, "seen", seed)
        check_goal(drawn.goal, drawn.scene)
        assert drawn.goal.is_feasible(drawn.scene)
        assert parse(drawn.text) == drawn.goal
        assert len(set(drawn.scene.specs)) == len(drawn.scene.specs)


def test_numbers_of_objects_cover_their_range() -> None:
    found = {
        (sum(s.movable for s in scene.specs), sum(not s.movable for s in scene.specs))
        for scene in (draw_scene(REACH, SETS["seen"], seed) for seed in range(120))
    }
    assert {movable for movable, _ in found} == {2, 3, 4, 5}
    assert {places for _, places in found} == {0, 1, 2}


@pytest.mark.parametrize(("similarity", "low", "high"), [(0.0, 0.0, 0.6), (1.0, 1.0, 1.0)])
def test_similarity_decides_how_often_an_object_shares_something_with_the_first(
    similarity: float, low: float, high: float
) -> None:
    config = ScenarioConfig(goals=("reach",), n_places=(0, 0), similarity=similarity)
    shares = []
    for seed in range(60):
        first, *others = draw_scene(config, SETS["seen"], seed).specs
        shares += [s.kind == first.kind or s.color == first.color for s in others]
    assert low <= float(np.mean(shares)) <= high


def test_words_choose_the_scene_and_a_goal_chooses_words() -> None:
    told = fit_scenario(REACH, "seen", 3, text="touch the blue ball")
    assert told.goal == Reach(Ref("ball", "blue"))
    assert told.text == "touch the blue ball"
    wanted = fit_scenario(REACH, "seen", 3, goal=told.goal)
    assert parse(wanted.text) == told.goal
    assert wanted.scene.digest() == told.scene.digest()


def test_nothing_asked_for_is_the_scenario_of_the_seed() -> None:
    assert fit_scenario(REACH, "seen", 3).text == draw_scenario(REACH, "seen", 3).text


def test_a_set_that_finds_no_goal_says_so() -> None:
    lonely = ScenarioConfig(goals=("reach",), n_movable=(1, 1), n_places=(0, 0))
    with pytest.raises(InvalidValueError, match="'counterfactual' found no goal in 200 scenes"):
        draw_scenario(lonely, "counterfactual", 0)


def test_a_field_is_changed_by_name_only() -> None:
    assert PLACE.changed({"n_movable": (1, 2)}).n_movable == (1, 2)
    with pytest.raises(UnknownNameError, match="Did you mean 'n_places'"):
        PLACE.changed({"n_place": (1, 2)})


def test_a_scene_has_at_most_eight_objects() -> None:
    nine = {"objects": [{"kind": "ball", "color": "red", "position": [0, 0, 0]}] * 9}
    with pytest.raises(InvalidValueError, match="at most 8 objects, got 9"):
        SceneState.from_json(nine)
    nine["objects"].pop()
    assert len(SceneState.from_json(nine).specs) == 8

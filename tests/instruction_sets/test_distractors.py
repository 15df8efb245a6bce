"""Crowded scenes in which half of the sentence is not enough."""

import pytest

from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.goals import Lift, Reach
from vlsim.instruction_sets import (
    DISTRACTOR_ATTRIBUTE,
    DISTRACTOR_ISOMORPH,
    DISTRACTOR_RANDOM,
    DISTRACTOR_RELATION,
)
from vlsim.instruction_sets.distractors import MOST_TRAINED
from vlsim.referring.ref import Ref, Relation
from vlsim.referring.resolve import find
from vlsim.scenarios.config import ScenarioConfig
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scenarios.scenes import draw_scene

FILLERS = [
    ("purple bowl", 0.64, 0.17),
    ("yellow bowl", 0.64, -0.17),
    ("orange bowl", 0.36, -0.17),
    ("small green bowl", 0.36, 0.17),
]
"""Nothing that could be lifted."""


def test_no_task_trains_with_as_many_objects() -> None:
    for _, task in TASKS.items():
        scenario = task.scenario
        most = scenario.n_movable[1] + scenario.n_places[1] + scenario.n_fixtures[1]
        assert most <= MOST_TRAINED, f"{task.name} would make the distractor sets untrue"


@pytest.mark.parametrize("task", ["reach", "pick_place", "arrange", "button"])
def test_scenes_have_seven_or_eight_different_things(task: str) -> None:
    numbers = set()
    for seed in range(30):
        specs = draw_scene(TASKS[task].scenario, DISTRACTOR_RANDOM, seed).specs
        numbers.add(len(specs))
        assert len(set(specs)) == len(specs)
    assert numbers == {7, 8}


def test_a_scene_that_does_not_fit_is_drawn_anew() -> None:
    drawers = ScenarioConfig(
        goals=("open", "close"), n_movable=(0, 0), n_places=(0, 0), n_fixtures=(4, 4),
        fixture_kinds=("drawer",), movable_kinds=("cube",),
    )  # fmt: skip
    assert len(draw_scenario(drawers, "distractor-random", 0).scene.specs) >= 7


@pytest.mark.parametrize(("fillers", "belongs"), [(2, False), (3, True), (4, True)])
def test_more_than_six_things_are_a_crowd(fillers: int, belongs: bool) -> None:
    things = [("red cube", 0.5, 0.0), ("blue cube", 0.5, 0.1), ("green cube", 0.5, -0.1)]
    scene = table(*things, ("red ball", 0.42, 0.0), *FILLERS[:fillers])
    assert DISTRACTOR_RANDOM.matches(Reach(Ref("cube", "red")), scene) is belongs


@pytest.mark.parametrize(
    ("other", "belongs"),
    [("small red ball", True), ("large blue ball", False), ("small blue ball", False)],
)
def test_every_attribute_of_the_target_is_some_other_candidates(other: str, belongs: bool) -> None:
    things = [("small red cube", 0.5, 0.0), ("large blue cube", 0.5, 0.1), (other, 0.42, 0.0)]
    # A pad cannot be lifted: it is no candidate, and who hears only "red" still lifts the cube.
    scene = table(*things, ("red pad", 0.42, -0.1), *FILLERS)
    assert DISTRACTOR_ATTRIBUTE.matches(Lift(Ref("cube", "red")), scene) is belongs


def test_each_attribute_alone_leads_astray() -> None:
    for seed in range(30):
        drawn = draw_scenario(TASKS["pick_place"].scenario, "distractor-attribute", seed)
        spec = drawn.scene.specs[drawn.goal.subject(drawn.scene)]
        for ref in (Ref(spec.kind), Ref(None, spec.color), Ref(None, None, spec.size)):
            assert len(find(ref, drawn.scene).sure) > 1
        target = drawn.goal.target
        assert target.color or target.size


BEHIND = Lift(Ref("cube", relation=Relation("behind", (Ref("bowl", "purple"),))))
HEART = [("purple bowl", 0.55, 0.0), ("red cube", 0.42, 0.0), *FILLERS[1:]]
"""A cube behind the purple bowl, and four more bowls."""


@pytest.mark.parametrize(
    ("more", "belongs"),
    [
        ((("blue cube", 0.55, 0.12), ("blue ball", 0.42, 0.06)), True),
        ((("blue ball", 0.55, 0.12), ("blue ball", 0.42, 0.06)), False),
        ((("blue cube", 0.55, 0.12), ("blue ball", 0.66, 0.06)), False),
    ],
    ids=["both", "no other cube", "nothing else behind"],
)
def test_noun_and_place_of_the_target_each_fit_another(
    more: tuple[tuple[str, float, float], ...], belongs: bool
) -> None:
    scene = table(*HEART, *more)
    assert DISTRACTOR_RELATION.matches(BEHIND, scene) is belongs


@pytest.mark.parametrize(
    ("twin", "cube", "belongs"),
    [
        ("blue bowl", (0.42, 0.13), True),
        ("large purple bowl", (0.42, 0.13), True),
        ("large blue bowl", (0.42, 0.13), False),
        ("blue pad", (0.42, 0.13), False),
        ("blue bowl", (0.65, 0.13), False),
    ],
    ids=["another colour", "another size", "two differences", "another kind", "in front"],
)
def test_the_arrangement_is_there_twice_but_for_one_attribute(
    twin: str, cube: tuple[float, float], belongs: bool
) -> None:
    goal = Lift(Ref("cube", relation=Relation("behind", (Ref("bowl", "purple", "small"),))))
    scene = table(
        ("purple bowl", 0.55, -0.1),
        ("red cube", 0.42, -0.1),
        (twin, 0.55, 0.13),
        ("blue cube", *cube),
        ("blue ball", 0.66, 0.0),
        ("purple ball", 0.36, 0.02),
        ("red ball", 0.60, 0.02),
    )
    assert DISTRACTOR_ISOMORPH.matches(goal, scene) is belongs

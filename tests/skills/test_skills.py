"""The registry of skills, and what their pages say of them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from tests.language.strategies import table
from vlsim.envs.tasks import TASKS
from vlsim.goals import GOALS
from vlsim.instruction_sets import SETS
from vlsim.scenarios.sampler import candidates
from vlsim.scenarios.scenario import draw_scenario
from vlsim.seeding import stream
from vlsim.skills import SKILLS, Motion

ORDER = ("reach", "push", "lift", "pick_place", "press", "drag", "turn", "tip", "stand")


def plans(name: str) -> Iterator[Motion]:
    """Yield the plans of a goal in scenes that it is drawn from, and after its first motion."""
    task = next(task for _, task in TASKS.items() if name in task.scenario.goals)
    config = replace(task.scenario, goals=(name,), forms=("atom",))
    for seed in range(10):
        scene = draw_scenario(config, "seen", seed).scene
        rng = stream(seed, "plans")
        for _, bound in islice(candidates(scene, (name,), SETS["seen"], rng), 3):
            yield bound.plan(scene)
            yield bound.plan(bound.after_motion(scene))


def test_actions_choose_in_one_order() -> None:
    assert tuple(SKILLS)[: len(ORDER)] == ORDER
    for _, task in TASKS.items():
        assert task.skills == tuple(skill for skill in SKILLS if skill in task.skills)
    assert TASKS["tabletop"].skills[: len(ORDER)] == ORDER
    assert TASKS["turn"].skills == ("turn", "tip", "stand")


@pytest.mark.parametrize("name", [name for name, goal in GOALS.items() if goal.stands_alone])
def test_a_goals_plans_use_the_skills_that_it_names(name: str) -> None:
    assert {motion.name for motion in plans(name)} == set(GOALS[name].skills)


def test_only_what_is_taken_from_above_needs_room_for_the_hand() -> None:
    tight = table(("red cube", 0.5, 0.0), ("blue bowl", 0.5, 0.075))
    roomy = table(("red cube", 0.5, 0.0), ("blue bowl", 0.6, 0.15))
    needs = {name for name, page in SKILLS.items() if not page.has_room(tight, 0)}
    assert needs == {"pick_place", "lift", "turn", "stand"}
    assert all(page.has_room(roomy, 0) for _, page in SKILLS.items())


@pytest.mark.parametrize(
    ("name", "idle"), [("pick_place", True), ("lift", False), ("reach", False)]
)
def test_only_a_thing_that_is_put_down_where_it_is_needs_no_motion(name: str, idle: bool) -> None:
    assert SKILLS[name].is_idle(Motion(name, (0.5, 0.0), (0.5, 0.0))) is idle
    assert not SKILLS[name].is_idle(Motion(name, (0.5, 0.0), (0.5, 0.1)))

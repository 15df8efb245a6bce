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
from vlsim.skills import SKILLS, Motion, after, waypoints
from vlsim.world import MAX_OPENING, SceneState
from vlsim.world.hand import CLOSED, HOME

ROUNDING = 1e-9
ORDER = ("reach", "push", "lift", "pick_place", "press", "drag", "turn", "tip", "stand")


def plans(name: str) -> Iterator[tuple[Motion, SceneState]]:
    """Yield the plans of a goal for scenes that it is drawn from, and after its first motion."""
    task = next(task for _, task in TASKS.items() if name in task.scenario.goals)
    config = replace(task.scenario, goals=(name,), forms=("atom",))
    for seed in range(10):
        scene = draw_scenario(config, "seen", seed).scene
        rng = stream(seed, "plans")
        for _, bound in islice(candidates(scene, (name,), SETS["seen"], rng), 3):
            for now in (scene, bound.after_motion(scene)):
                yield bound.plan(now), now


def plans_of(skill: str) -> Iterator[tuple[Motion, SceneState]]:
    """Yield plans that use a skill, and the scenes that they are for."""
    for name, goal in GOALS.items():
        if skill in goal.skills and goal.stands_alone:
            yield from plans(name)


def test_actions_choose_in_one_order() -> None:
    assert tuple(SKILLS)[: len(ORDER)] == ORDER
    for _, task in TASKS.items():
        assert task.skills == tuple(skill for skill in SKILLS if skill in task.skills)
    assert TASKS["tabletop"].skills[: len(ORDER)] == ORDER
    assert TASKS["turn"].skills == ("turn", "tip", "stand")


@pytest.mark.parametrize("name", [name for name, goal in GOALS.items() if goal.stands_alone])
def test_a_goals_plans_use_the_skills_that_it_names(name: str) -> None:
    assert {motion.name for motion, _ in plans(name)} == set(GOALS[name].skills)


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


@pytest.mark.parametrize("name", list(SKILLS))
def test_a_way_is_one_that_the_hand_can_go_and_its_page_is_true(name: str) -> None:
    page, tilts, openings = SKILLS[name], set(), set()
    for motion, scene in plans_of(name):
        way = list(page.waypoints(motion, scene))
        assert way == list(waypoints(motion, scene))
        for pose, speed, _, _ in way:
            assert pose.position[2] > 0.0 and speed > 0.0
            assert 0.0 <= pose.opening <= MAX_OPENING
            assert abs(pose.yaw) <= scene.hand.most_yaw + ROUNDING
            assert 0.0 <= pose.tilt <= scene.hand.most_tilt
            tilts.add(pose.tilt > 0.0)
            openings.add(pose.opening if pose != HOME else CLOSED)
    assert (True in tilts) is page.tilts
    assert (len(openings) > 1) is page.grasps
    assert page.grasps or not page.carries


@pytest.mark.parametrize("name", list(SKILLS))
def test_a_forecast_leaves_the_scene_as_it_was_and_the_hand_with_it(name: str) -> None:
    for motion, scene in plans_of(name):
        before = scene.digest()
        then = after(motion, scene)
        assert scene.digest() == before
        assert (then.specs, then.hand) == (scene.specs, scene.hand)

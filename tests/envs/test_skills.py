"""A task with several motions: one more entry of a primitive for each, and the largest chooses."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from vlsim.agents.scripted.expert import Expert
from vlsim.agents.scripted.uniform import Random
from vlsim.envs.ability import abilities
from vlsim.envs.config import EnvConfig
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.task import Task
from vlsim.envs.tasks import TASKS
from vlsim.interface.observation import SKILL_MASK
from vlsim.scene.execution import carry_out
from vlsim.skills import SKILLS, Motion

BOTH = replace(
    TASKS["pick_place"],
    name="both",
    scenario=replace(TASKS["push"].scenario, goals=("place", "push_to")),
    horizon={"primitive": 2, "ee_delta": 100},
)
CUBE = {"objects": [{"kind": "cube", "color": "red", "position": [0.45, -0.1, 0.02]}]}
POINTS = (0.1, 0.2, -0.3, 0.4)


def asking(*goals: str) -> Task:
    return replace(BOTH, scenario=replace(BOTH.scenario, goals=goals))


def env_of(task: Task = BOTH, control: str = "primitive") -> TabletopEnv:
    env = TabletopEnv(EnvConfig(task, control, image_size=32))
    env.reset(seed=4)
    return env


@pytest.fixture
def both() -> Iterator[TabletopEnv]:
    env = env_of()
    yield env
    env.close()


def hash_after(env: TabletopEnv, *action: float) -> str:
    env.reset(seed=4)
    return str(env.step(np.array(action, np.float32))[4]["state_hash"])


def wanted(**entries: float) -> list[float]:
    """Return how much each motion is wanted, 0 unless said."""
    return [entries.get(name, 0.0) for name in SKILLS]


def test_the_mask_says_which_motions_the_task_knows(both: TabletopEnv) -> None:
    assert both.action_space.shape == (4 + len(SKILLS),)
    observation, _ = both.reset(seed=0)
    known = [name for name, on in zip(SKILLS, observation[SKILL_MASK], strict=True) if on]
    assert known == list(BOTH.skills) == ["push", "pick_place"]


def test_a_goal_of_another_task_can_be_done_and_the_next_episode_is_the_tasks_own() -> None:
    env, expert = env_of(TASKS["pick_place"]), Expert()
    asked = {"instruction": "lift the cube", "scene": CUBE}
    observation, info = env.reset(seed=0, options=asked)
    known = [name for name, on in zip(SKILLS, observation[SKILL_MASK], strict=True) if on]
    assert set(known) == {"lift", "pick_place"}
    expert.reset([0], [info["instruction"]])
    expert.inform([env.ground_truth])
    *_, info = env.step(expert.act({})[0, 0])
    assert info["is_success"]
    observation, _ = env.reset(seed=1)
    assert observation[SKILL_MASK].sum() == 1
    env.close()


def test_the_goals_of_a_changed_scenario_decide_the_motions() -> None:
    changed = {"goals": ["push_to"], "n_places": (2, 2)}
    env = TabletopEnv(EnvConfig("pick_place", "primitive", image_size=32, scenario=changed))
    observation, _ = env.reset(seed=0)
    env.close()
    known = [name for name, on in zip(SKILLS, observation[SKILL_MASK], strict=True) if on]
    assert known == ["push"]


def test_the_largest_of_the_last_entries_chooses_the_motion(both: TabletopEnv) -> None:
    expected = {}
    for skill in BOTH.skills:
        env = env_of()
        ends = env.front_camera.to_table(np.array(POINTS, np.float32).reshape(2, 2).astype(float))
        carry_out(env._simulation, Motion(skill, *(tuple(xy) for xy in ends.tolist())))
        expected[skill] = env._simulation.state().digest()
        env.close()
    assert expected["push"] != expected["pick_place"]
    for entries, skill in (
        ({"push": 0.2, "pick_place": 0.1}, "push"),
        ({"push": -0.9, "pick_place": -0.8}, "pick_place"),
        ({"push": 0.5, "pick_place": 0.5}, "push"),
        # What the task does not know does not count.
        ({"push": -0.2, "pick_place": -0.1, "reach": 1.0}, "pick_place"),
    ):
        assert hash_after(both, *POINTS, *wanted(**entries)) == expected[skill]


def test_the_expert_and_chance_act_with_every_motion(both: TabletopEnv) -> None:
    expert, chance = Expert(), Random("primitive")
    done, successes = set(), 0
    for seed in range(12):
        both.reset(seed=seed)
        expert.reset([seed], [both.task_description])
        over = False
        # A push that ends beside its goal is mended by the second motion.
        while not over:
            expert.inform([both.ground_truth])
            action = expert.act({})[0, 0]
            assert action.shape == (4 + len(SKILLS),)
            assert sorted(action[4:])[-2:] == [-1.0, 1.0]
            done.add((both.goal.name, list(SKILLS)[int(action[4:].argmax())]))
            _, _, over, truncated, info = both.step(action)
            over |= truncated
        successes += info["success_once"]
    assert done == {("place", "pick_place"), ("push_to", "push")}
    assert successes >= 11
    chance.reset([0], [""])
    chance.inform([both.ground_truth])
    assert chance.act({}).shape == (1, 1, 4 + len(SKILLS))


def test_who_has_no_gripper_cannot_do_a_task_that_also_needs_one() -> None:
    assert "pusher" in {robot for robot, _ in abilities(asking("push_to", "reach"))}
    assert "pusher" not in {robot for robot, _ in abilities(BOTH)}

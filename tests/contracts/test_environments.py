"""Every task, with every robot and control mode that can do it, passes the libraries' checkers."""

import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env as gymnasium_check
from stable_baselines3.common.env_checker import check_env as sb3_check

from tests.envs.episodes import aimed
from vlsim.envs import ENV_IDS, make_env
from vlsim.envs.ability import abilities
from vlsim.envs.control import CONTROLS
from vlsim.envs.tasks import TASKS
from vlsim.goals import GOALS
from vlsim.interface.action import CONTROL_NAMES, action_spec
from vlsim.interface.observation import TEXT_LENGTH, channels
from vlsim.robots.catalogue import ROBOTS
from vlsim.seeding import stream

EACH = pytest.mark.parametrize(
    ("task", "robot", "control"),
    [(task, *able) for task in TASKS for able in abilities(TASKS[task])],
)


@EACH
def test_gymnasiums_checker_passes_without_a_warning(task: str, robot: str, control: str) -> None:
    options = {"control": control, "robot": robot, "render_mode": "rgb_array"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        environment = gym.make(ENV_IDS[task], **options)
        gymnasium_check(environment.unwrapped)
        environment.close()


@EACH
@pytest.mark.parametrize("privileged", [False, True])
def test_stable_baselines3s_checker_passes_without_a_warning(
    task: str, robot: str, control: str, privileged: bool
) -> None:
    environment = make_env(
        task, control, robot=robot, render_mode="rgb_array", privileged=privileged
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sb3_check(environment)
    environment.close()


@pytest.mark.parametrize("control", CONTROL_NAMES)
def test_all_tasks_have_the_same_spaces_for_a_control(control: str) -> None:
    spaces = []
    for task in TASKS:
        if control in TASKS[task].horizon:
            environment = make_env(task, control)
            spaces.append((environment.action_space, environment.observation_space))
            environment.close()
    assert len(spaces) > 1
    assert all(pair == spaces[0] for pair in spaces)
    told = channels(control)
    assert (spaces[0][0].shape or (1,)) == (told.n_actions,) == (len(action_spec(control).names),)
    assert spaces[0][1]["proprio"].shape == (told.n_proprio,)
    assert spaces[0][1]["instruction"].shape == (TEXT_LENGTH,)


@EACH
def test_a_network_for_a_task_reads_and_gives_what_its_environment_has(
    task: str, robot: str, control: str
) -> None:
    environment = make_env(task, control, robot=robot)
    own = TASKS[task].channels(control, ROBOTS[robot])
    proprio, action = own.columns_in(environment.control.channels)
    assert len(proprio) == own.n_proprio <= environment.observation_space["proprio"].shape[0]
    assert [environment.control.spec.names[i] for i in action] == list(own.action)
    environment.close()


def test_every_task_has_an_id_and_every_id_a_task() -> None:
    assert list(TASKS) == list(ENV_IDS)
    assert {TASKS[task].env_id for task in TASKS} == set(ENV_IDS.values())


@pytest.mark.parametrize("task", list(TASKS))
def test_a_task_says_what_it_draws_how_long_it_lasts_and_what_it_rewards(task: str) -> None:
    found = TASKS[task]
    assert found.name == task
    assert set(found.horizon) <= set(CONTROLS) == set(CONTROL_NAMES)
    assert {"ee_delta", "primitive"} <= set(found.horizon)
    assert all(GOALS[name] for name in found.scenario.goals)
    environment = make_env(task, image_size=32)
    terms = set()
    for seed in range(20 if found.per_motion else 1):
        environment.reset(seed=seed)
        *_, info = environment.step(np.zeros(environment.control.size, np.float32))
        terms |= set(info["reward_terms"]) - {"success"}
    # What is drawn from all goals has no use for every term of theirs.
    assert (
        terms >= set(found.reward_weights)
        if found.per_motion
        else terms == set(found.reward_weights)
    )
    environment.close()


@pytest.mark.parametrize("task", list(TASKS))
def test_the_goals_plan_succeeds_and_random_actions_do_not(task: str) -> None:
    environment = make_env(task, "primitive", image_size=32)
    planned = drawn = 0
    for seed in range(20):
        for aim in (True, False):
            environment.reset(seed=seed)
            assert environment.bound_goal.plan(environment.scene).name in TASKS[task].skills
            rng, ended = stream(seed, "random actions"), False
            while not ended:
                drawn_action = rng.uniform(-1, 1, environment.control.size).astype(np.float32)
                chosen = aimed(environment) if aim else drawn_action
                _, _, terminated, truncated, info = environment.step(chosen)
                ended = terminated or truncated
            planned += aim and info["success_once"]
            drawn += not aim and info["success_once"]
    assert planned >= 19
    assert drawn <= 5
    environment.close()

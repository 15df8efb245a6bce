"""The bare loop that the environment is measured beside does the same, bit for bit."""

import pytest

from tests.benchmarks.scripts import load
from vlsim.envs import make_env
from vlsim.scenarios.scenario import draw_scenario
from vlsim.scene.simulation import Simulation

env_speed = load("env_speed")


def test_tasks_with_fixtures_are_measured_too() -> None:
    assert {"reach", "pick_place", "drawer", "button", "slide"} <= set(env_speed.MEASURED)


@pytest.mark.parametrize("task", ["pick_place", "drawer", "slide"])
def test_the_bare_loop_ends_in_the_state_of_the_environment(task: str) -> None:
    actions = env_speed.random_actions(12)
    targets = env_speed.targets_of(task, actions)
    env, bare = make_env(task, image_size=32), Simulation()
    start = draw_scenario(env.scenario_config, env.instruction_set, env_speed.SEED).scene
    env_speed.step_environment(env, actions)
    env_speed.step_bare(bare, start, targets, 32)
    assert bare.state().digest() == env.scene.digest()
    env_speed.step_bare(bare, start, targets[:-1], 32)
    assert bare.state().digest() != env.scene.digest()
    env.close()
    bare.close()

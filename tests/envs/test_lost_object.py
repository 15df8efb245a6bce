"""An object that leaves the table ends the episode, and does not fall for ever."""

import numpy as np
import pybullet as p
import pytest

from vlsim.envs import make_env
from vlsim.envs.ability import abilities
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS
from vlsim.goals.failure import Failure
from vlsim.scene.table import EAST
from vlsim.world import scene_from_json

BESIDE = (EAST + 0.1, 0.0, 0.05)


def push_off(environment: TabletopEnv, index: int) -> None:
    """Put an object beside the table."""
    simulation = environment._simulation
    p.resetBasePositionAndOrientation(
        simulation._objects[index], BESIDE, (0, 0, 0, 1), physicsClientId=simulation._client
    )


@pytest.mark.parametrize(("robot", "control"), list(abilities(TASKS["push"])))
def test_it_terminates_the_episode_without_success(robot: str, control: str) -> None:
    environment = make_env("push", control, robot=robot, image_size=32).unwrapped
    _, info = environment.reset(seed=0)
    assert info["lost_object"] == -1
    action = environment.action_space.sample() * 0
    *_, terminated, truncated, info = environment.step(action)
    assert (terminated, truncated, info["lost_object"]) == (False, False, -1)
    index = info["referent"]
    push_off(environment, index)
    while not terminated:
        *_, terminated, truncated, info = environment.step(action)
    assert (truncated, info["is_success"], info["success_once"]) == (False, False, False)
    assert info["lost_object"] == index
    assert info["failure"].startswith(Failure.LOST_OBJECT.value)
    environment.close()


def test_no_success_counts_that_loses_an_object() -> None:
    environment = make_env("reach", image_size=32).unwrapped
    _, info = environment.reset(seed=0)
    other = next(i for i, s in enumerate(environment.scene.specs) if i != info["referent"])
    push_off(environment, other)
    target = environment.scene.positions_world[info["referent"]]
    terminated = False
    while not terminated:
        way = (target + np.array([0, 0, 0.04]) - environment.scene.ee_position_world) / 0.05
        action = np.array([*np.clip(way, -1, 1), 0, 0, -1], np.float32)
        *_, terminated, _, info = environment.step(action)
    assert (info["lost_object"], info["is_success"]) == (other, False)
    environment.close()


def test_it_comes_to_rest_on_the_floor() -> None:
    environment = make_env("push", image_size=32).unwrapped
    environment.reset(seed=0)
    push_off(environment, 0)
    for _ in range(30):
        environment.step(np.zeros(6, np.float32))
    scene = environment.scene
    assert -0.8 < scene.positions_world[0, 2] < -0.7
    assert scene.is_at_rest(0)
    scene_from_json(scene.to_json())
    environment.close()

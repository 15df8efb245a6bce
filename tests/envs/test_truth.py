"""What an environment tells a policy that knows instead of looking."""

import gymnasium as gym
import numpy as np
import pytest

from vlsim.envs import make_env
from vlsim.envs.lerobot import LeRobotObservation
from vlsim.envs.wrappers import ResetOptions
from vlsim.errors import InvalidValueError
from vlsim.interface.environment import truth_of


def test_the_truth_follows_the_episode_and_begins_with_it() -> None:
    env = make_env("pick_place", "primitive", image_size=32)
    truth = env.ground_truth
    with pytest.raises(gym.error.ResetNeeded):
        _ = truth.scene
    _, info = env.reset(seed=0)
    assert truth.scene is env.scene
    assert truth.target == info["referent"]
    assert truth.control == "primitive"
    assert truth.view == env.front_camera
    plan, stage = truth.plan(), truth.stage
    assert plan.start_world == pytest.approx(tuple(env.scene.positions_world[truth.target][:2]))
    env.reset(seed=1)
    assert truth.stage != stage and truth.plan() != plan
    env.close()


def test_the_arm_is_known_by_its_joints() -> None:
    env = make_env("reach", "joint_delta", robot="iiwa", image_size=32)
    env.reset(seed=0)
    truth = env.ground_truth
    assert truth.joints() == env.simulated_robot.joints()
    assert truth.joint_steps.tolist() == [0.1] * 7
    before = np.array(truth.joints())
    env.step(np.ones(8, np.float32))
    assert not np.allclose(truth.joints(), before)
    env.close()
    env = make_env("reach", image_size=32)
    with pytest.raises(InvalidValueError, match="Actions of 'ee_delta' move no single joints"):
        _ = env.ground_truth.joint_steps
    env.close()


def test_wrappers_do_not_hide_it() -> None:
    env = make_env("reach", image_size=32)
    wrapped = ResetOptions(LeRobotObservation(env), {"instruction": "touch the ball"})
    wrapped.reset(seed=0)
    assert truth_of(wrapped, "expert").scene is env.scene
    wrapped.close()

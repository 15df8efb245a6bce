"""In tasks in which things shall stand, actions tilt the hand too; others stay as they are."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vlsim.agents.scripted.expert import Expert
from vlsim.data.demonstrations import load_demonstrations
from vlsim.deploy.engine_policy import load_engine_policy
from vlsim.envs import make_env
from vlsim.envs.lerobot import LeRobotObservation
from vlsim.envs.tabletop import TabletopEnv
from vlsim.interface.observation import POSE_NAMES, PROPRIO
from vlsim.scripts.collect import CollectConfig, collect
from vlsim.scripts.presets import PRESETS
from vlsim.scripts.train import start
from vlsim.world.hand import WIDEST
from vlsim.world.orientation import is_standing

RARELY_FAILS = ("tabletop", "panda", "ee_delta", 2)
"""A seed that is one of 2 failures in 100, as many as the target of 0.98 allows.

The palm comes down on a tall neighbour of what lies.
"""
STAY = (0.0, 0.0, 0.0, 0.0)
OPEN = 1.0


@pytest.fixture
def turn() -> Iterator[TabletopEnv]:
    env = make_env("turn", image_size=32)
    env.reset(seed=0)
    yield env
    env.close()


def test_dtilt_tilts_the_hand_by_a_quarter_radian_as_far_as_it_goes(
    turn: TabletopEnv,
) -> None:
    assert turn.scene.ee_tilt == 0.0
    turn.step(np.array([*STAY, 1.0, OPEN], np.float32))
    for _ in range(4):
        observation, *_ = turn.step(np.array([*STAY, 0.0, OPEN], np.float32))
    assert turn.scene.ee_tilt == pytest.approx(0.25, abs=0.01)
    assert observation[PROPRIO][POSE_NAMES.index("tilt")] == np.float32(turn.scene.ee_tilt)
    assert observation[PROPRIO][6:].tolist() == [*STAY, 0.0, OPEN]
    for entry, ends in ((1.0, WIDEST.most_tilt), (-1.0, 0.0)):
        for _ in range(10):
            turn.step(np.array([*STAY, entry, OPEN], np.float32))
        assert turn.scene.ee_tilt == pytest.approx(ends, abs=0.02)


def test_a_hand_that_is_not_tilted_has_no_tilt(turn: TabletopEnv) -> None:
    for _ in range(3):
        turn.step(np.array([1.0, 0.5, -1.0, 0.5, 0.0, -1.0], np.float32))
    assert turn.scene.ee_tilt == 0.0
    turn.step(np.array([*STAY, 1.0, OPEN], np.float32))
    assert turn.scene.ee_tilt > 0.05
    turn.reset(seed=0)
    assert turn.scene.ee_tilt == 0.0


def test_a_tilt_is_measured_with_the_noise_of_the_yaw() -> None:
    stds = {"position": 0.01, "yaw": 0.05, "opening": 0.002, "pixels": 0.0, "depth": 0.0}
    noisy = make_env("turn", image_size=32, randomization={"noise": stds})
    noisy.reset(seed=0)
    found = []
    for _ in range(60):
        observation, *_ = noisy.step(np.array([*STAY, 0.0, OPEN], np.float32))
        found.append(observation[PROPRIO])
    assert np.std(found, axis=0)[[3, 4]] == pytest.approx([0.05, 0.05], rel=0.4)
    assert (np.array(found)[:, 6:] == [*STAY, 0.0, OPEN]).all()
    noisy.close()


def test_lerobot_gets_the_tilt_too(turn: TabletopEnv) -> None:
    wrapped = LeRobotObservation(turn)
    observation, _ = wrapped.reset(seed=0)
    assert observation["agent_pos"].shape == (6,)
    assert wrapped.observation_space.contains(observation)


@pytest.mark.parametrize("control", ["ee_delta", "primitive"])
@pytest.mark.parametrize("robot", ["panda", "iiwa"])
@pytest.mark.parametrize("task", ["turn", "tabletop"])
def test_the_expert_stands_up_what_lies_and_moves_nothing_else(
    task: str, robot: str, control: str
) -> None:
    asked: dict[str, Any] = {"goals": ("stand_up",), "lying": 0.8, "forms": ("atom",)}
    env = make_env(task, control, robot=robot, image_size=32, scenario=asked)
    seeds = [seed for seed in range(7) if (task, robot, control, seed) != RARELY_FAILS][:6]
    for seed in seeds:
        env.reset(seed=seed)
        expert, over = Expert(), False
        expert.reset([seed], [env.task_description])
        expert.inform([env.ground_truth])
        while not over:
            *_, terminated, truncated, info = env.step(expert.act({})[0, 0])
            over = terminated or truncated
        assert info["is_success"], info["instruction"]
        assert info["attempted"] == info["referent"]
        assert is_standing(env.scene, info["referent"])
        moved = np.linalg.norm(
            env.scene.positions_world - env.initial_scene.positions_world, axis=1
        )
        assert (np.delete(moved, info["referent"]) < 0.01).all()
    env.close()


def test_demonstrations_and_learned_policies_tilt_the_hand(
    tmp_path: Path, turn: TabletopEnv
) -> None:
    for task in ("turn", "reach"):
        folder = tmp_path / task
        collect(CollectConfig(task, folder, "ee_delta", episodes=2, image_size=32, workers=0))
        shown = load_demonstrations(folder)
        assert shown.action.shape[1] == 6
        assert shown.proprio.shape[1] == 6 + 6
    config = replace(
        PRESETS["smoke"].config, task="turn", control="ee_delta", image_size=32, threads=1
    )
    policy = load_engine_policy("saved", start(config, tmp_path, "run") / "policy")
    observation, info = turn.reset(seed=0)
    batch = {key: value[None] for key, value in observation.items()}
    policy.reset([0], [info["instruction"]])
    assert policy.act(batch).shape == (1, 1, 6)
    # Other tasks have the same spaces.
    reach = make_env("reach", image_size=32)
    observation, _ = reach.reset(seed=0)
    action = policy.act({key: value[None] for key, value in observation.items()})
    assert reach.action_space.contains(action[0, 0])
    reach.close()

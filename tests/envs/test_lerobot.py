"""LeRobot's `rollout()` contract, replayed step by step by a loop written down here.

LeRobot pins other versions of torch and cannot be installed beside vlsim. What its evaluation asks
of an environment is in `rollout`, with the order, keys and types in which it asks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.envs.episodes import action, aimed
from vlsim.envs import make_env
from vlsim.envs.lerobot import LeRobotObservation, make_lerobot_envs
from vlsim.envs.tabletop import TabletopEnv
from vlsim.errors import InvalidValueError, UnknownNameError
from vlsim.interface.observation import IMAGE, PRIVILEGED, PROPRIO

Vector = gym.vector.VectorEnv[Any, Any, Any]
Policy = Callable[[dict[str, Any]], torch.Tensor]
START_SEED = 1000
"""LeRobot's own default."""
FILMED = 2
"""Steps of a rollout that are filmed: enough to see whether LeRobot could stack the pictures."""
pytestmark = pytest.mark.xdist_group("processes")


@dataclass
class Rollout:
    """What LeRobot keeps of one batch of episodes."""

    observations: list[dict[str, Any]] = field(default_factory=list)
    rewards: list[list[float]] = field(default_factory=list)
    successes: list[list[bool]] = field(default_factory=list)
    frames: list[NDArray[np.uint8]] = field(default_factory=list)


def preprocess(observation: dict[str, Any]) -> dict[str, Any]:
    """Return the batch as LeRobot's policies get it; refuses what LeRobot refuses."""
    found: dict[str, Any] = {}
    for key, value in observation.items():
        assert isinstance(value, np.ndarray), f"LeRobot drops {key}: no array"
        tensor = torch.from_numpy(value)
        if key == "pixels":
            _, height, width, channels = tensor.shape
            assert channels < height and channels < width
            assert tensor.dtype == torch.uint8
            found["observation.image"] = tensor.permute(0, 3, 1, 2).float() / 255
        elif key == "agent_pos":
            found["observation.state"] = tensor.float()
        else:
            found[f"observation.{key}"] = tensor.float()
    return found


def rollout(env: Vector, policy: Policy, seeds: list[int]) -> Rollout:
    """Run every environment until all of them have ended an episode."""
    kept = Rollout()
    observation, info = env.reset(seed=seeds, options={"lerobot_new_rollout": True})
    assert info["is_success"].tolist() == [False] * env.num_envs
    limit = env.call("_max_episode_steps")[0]
    done, step = np.zeros(env.num_envs, bool), 0
    for name in ("task_description", "task"):
        assert all(isinstance(text, str) for text in env.get_attr(name))
    while not done.all() and step < limit:
        batch = preprocess(observation)
        batch["task"] = list(env.call("task_description"))
        kept.observations.append(batch)
        chosen = policy(batch).numpy()
        assert chosen.ndim == 2
        observation, reward, terminated, truncated, info = env.step(chosen)
        is_success = info.get("final_info", info)["is_success"]
        kept.successes.append(is_success.tolist())
        kept.rewards.append(reward.tolist())
        if step < FILMED:
            kept.frames.append(np.stack(env.call("render")))
        done = done | terminated | truncated
        step += 1
    return kept


def only(envs: dict[str, dict[int, Vector]]) -> Vector:
    """Return the one vector environment, as LeRobot unpacks what it is given."""
    ((_, tasks),) = envs.items()
    assert list(tasks) == [0]
    return tasks[0]


def planned(tasks: str, seeds: list[int], wrong: int) -> Policy:
    """Return a policy that knows the expert's first action, but fails in row `wrong`."""
    rows = []
    for i, seed in enumerate(seeds):
        lone = make_env(tasks, "primitive", image_size=32)
        lone.reset(seed=seed)
        rows.append(aimed(lone) if i != wrong else np.zeros(13, np.float32))
        lone.close()
    return lambda batch: torch.from_numpy(np.stack(rows))


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def pick_place(request: pytest.FixtureRequest) -> Iterator[Vector]:
    options = {"control": "primitive", "image_size": 32, "privileged": True}
    env = only(make_lerobot_envs(["pick_place"], 3, request.param, **options))
    yield env
    env.close()


def test_lerobots_rollout_sees_the_episodes_and_successes_of_lone_environments(
    pick_place: Vector,
) -> None:
    seeds = [START_SEED + i for i in range(3)]
    kept = rollout(pick_place, planned("pick_place", seeds, wrong=1), seeds)
    assert kept.successes == [[True, False, True]]
    assert [reward > 1.0 for reward in kept.rewards[0]] == [True, False, True]
    (batch,) = kept.observations
    assert {key: tuple(value.shape[1:]) for key, value in batch.items() if key != "task"} == {
        "observation.image": (3, 32, 32),
        "observation.state": (6,),
        "observation.environment_state": pick_place.single_observation_space[
            "environment_state"
        ].shape,
    }
    for i, seed in enumerate(seeds):
        lone = make_env("pick_place", "primitive", image_size=32, privileged=True)
        expected, info = lone.reset(seed=seed)
        assert batch["task"][i] == info["instruction"]
        picture = (batch["observation.image"][i] * 255).round().numpy().astype(np.uint8)
        np.testing.assert_array_equal(picture, expected[IMAGE].transpose(2, 0, 1))
        np.testing.assert_array_equal(batch["observation.state"][i], expected[PROPRIO][:6])
        facts = batch["observation.environment_state"][i]
        np.testing.assert_array_equal(facts, expected[PRIVILEGED])
        lone.close()
    # Read anew, the task is the next episode's: environments begin it in the same step.
    assert list(pick_place.call("task_description")) != batch["task"]
    assert kept.frames[0].dtype == np.uint8
    assert kept.frames[0].shape[0::3] == (3, 3)
    assert pick_place.unwrapped.metadata["render_fps"] == 10


def test_the_same_seeds_give_the_same_rollout_again(pick_place: Vector) -> None:
    seeds = [START_SEED + i for i in range(3)]
    policy = planned("pick_place", seeds, wrong=0)
    first, again = (rollout(pick_place, policy, seeds) for _ in range(2))
    assert first.rewards == again.rewards
    assert torch.equal(
        first.observations[0]["observation.image"], again.observations[0]["observation.image"]
    )


def test_an_episode_in_closed_loop_ends_when_the_environment_says_so() -> None:
    env = only(make_lerobot_envs(["reach"], 2, image_size=32))
    lone = make_env("reach", image_size=32)
    lone.reset(seed=7)
    actions = [action(lone, 7, step) for step in range(50)]
    taken = iter(actions)
    kept = rollout(env, lambda _: torch.from_numpy(np.tile(next(taken), (2, 1))), [7, 8])
    total, steps = 0.0, 0
    for chosen in actions:
        _, reward, terminated, truncated, info = lone.step(chosen)
        total, steps = total + reward, steps + 1
        if terminated or truncated:
            break
    assert sum(rewards[0] for rewards in kept.rewards[:steps]) == pytest.approx(total, abs=1e-12)
    assert kept.successes[steps - 1][0] == info["is_success"]
    assert len({batch["task"][0] for batch in kept.observations[:steps]}) == 1
    lone.close()
    env.close()


def test_every_task_is_a_suite_of_its_own_and_shows_its_pictures_as_asked() -> None:
    envs = make_lerobot_envs(["reach", "push"], depth=True, image_size=48)
    assert list(envs) == ["reach", "push"]
    for task, numbered in envs.items():
        env = numbered[0]
        observation, _ = env.reset(seed=[0])
        assert {key: value.shape for key, value in observation.items()} == {
            "pixels": (1, 48, 48, 3),
            "agent_pos": (1, 6),
            "depth": (1, 48, 48),
        }
        assert env.observation_space.contains(observation)
        assert env.envs[0].unwrapped.task.name == task  # type: ignore[attr-defined]
        env.close()


def test_a_wrapped_environment_says_its_task_although_wrappers_hide_attributes() -> None:
    bare = gym.make("vlsim/Reach-v1", image_size=32)
    bare.reset(seed=0)
    assert not hasattr(bare, "task_description")
    environment = LeRobotObservation(bare)
    assert isinstance(environment.unwrapped, TabletopEnv)
    said = environment.unwrapped.task_description
    assert environment.task_description == environment.task == said
    environment.close()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"tasks": ["reech"]}, UnknownNameError, "No task named 'reech'. Did you mean 'reach'"),
        ({"tasks": ["reach"], "n_envs": 0}, InvalidValueError, "at least 1, got 0"),
        ({"tasks": [], "n_envs": 1}, InvalidValueError, "Name at least one task"),
        ({"tasks": "reach"}, InvalidValueError, r"a list of names, such as \['reach'\]"),
        ({"tasks": ["reach"], "image_size": 5}, InvalidValueError, "from 32 to 512, got 5"),
    ],
)
def test_a_wrong_argument_is_refused_in_one_line(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as raised:
        make_lerobot_envs(**arguments)
    assert "\n" not in str(raised.value)


def test_an_environment_without_a_picture_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"LeRobotObservation wraps .* lacks 'image'"):
        LeRobotObservation(gym.make("CartPole-v1"))

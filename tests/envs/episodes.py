"""Whole episodes with fixed actions, and everything that must be equal when they are repeated."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted.expert import point_at
from vlsim.envs import ENV_IDS
from vlsim.envs.ability import abilities
from vlsim.envs.tabletop import TabletopEnv
from vlsim.envs.tasks import TASKS as REGISTERED
from vlsim.interface.action import DISCRETE_ACTIONS
from vlsim.seeding import stream

TASKS = tuple(ENV_IDS)
SETTINGS = [
    (task, robot, control) for task in TASKS for robot, control in abilities(REGISTERED[task])
]
"""Every task with every robot and control mode that can do it."""


def aimed(environment: TabletopEnv) -> NDArray[np.float32]:
    """Return the primitive that the goal's plan asks for."""
    motion = environment.bound_goal.plan(environment.scene)
    return point_at(motion, environment.front_camera).astype(np.float32)


def action(environment: TabletopEnv, seed: int, step: int) -> NDArray[np.float32]:
    """Return what a test does at `step`: aimed primitives, a sweep low over the table, chance."""
    if environment.control.name == "primitive":
        return aimed(environment)
    rng = stream(seed, "test action", step // 4)
    if environment.control.name == "discrete":
        return rng.integers(len(DISCRETE_ACTIONS), size=1).astype(np.float32)
    if environment.control.name != "ee_delta":
        return np.asarray(rng.uniform(-1, 1, environment.control.size), np.float32)
    low = np.array([0.2, 0.0, -1.0, 0.0, 0.0, 0.0])
    return np.asarray(low + rng.uniform(-1, 1, 6), np.float32).clip(-1, 1)


def record(environment: TabletopEnv, seed: int, steps: int = 12) -> list[tuple[Any, ...]]:
    """Return a hash of the observation, the reward and the state's hash of every step."""
    observation, info = environment.reset(seed=seed)
    rows: list[tuple[Any, ...]] = [(_hash(observation), info["instruction"], info["state_hash"])]
    for step in range(steps):
        observation, reward, terminated, truncated, info = environment.step(
            action(environment, seed, step)
        )
        rows.append((_hash(observation), reward, info["state_hash"]))
        if terminated or truncated:
            break
    return rows


def _hash(observation: dict[str, NDArray[Any]]) -> str:
    h = hashlib.sha256()
    for key in sorted(observation):
        h.update(key.encode() + np.ascontiguousarray(observation[key]).tobytes())
    return h.hexdigest()

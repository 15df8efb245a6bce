"""What a worker process of `vlsim collect` does: the expert's episodes of one shard."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted import Expert
from vlsim.data.collection import Shard, Tried, pack
from vlsim.data.demonstrations import Demonstrations, Request
from vlsim.envs import make_env
from vlsim.observation import IMAGE, INSTRUCTION, PRIVILEGED, PROPRIO
from vlsim.seeding import derive

Step = tuple[dict[str, NDArray[Any]], NDArray[np.float32], bool]
"""Observation, action, and whether the goal held after it."""


@dataclass(frozen=True)
class DemonstratorMaker:
    """Makes demonstrators; can be sent to another process."""

    request: Request

    def __call__(self) -> "Demonstrator":
        """Make one."""
        return Demonstrator(self.request)


class Demonstrator:
    """Carries out the episodes of shards, and keeps those that succeed."""

    def __init__(self, request: Request) -> None:
        """Make the environment."""
        self._request = request
        self._expert = Expert()
        self._env = make_env(
            request.task,
            request.control,
            instruction_set=request.set,
            image_size=request.image_size,
            robot=request.robot,
            randomization=request.randomization,
            cameras=request.cameras,
            privileged=True,
        )

    def __call__(self, shard: int) -> Shard:
        """Carry out the episodes of one shard."""
        kept: list[tuple[int, Step]] = []
        tried: list[Tried] = []
        for number in self._request.in_shard(shard):
            seed = derive(self._request.seed, "demonstrations", number)
            steps = self._episode(seed)
            success = steps[-1][2]
            words = self._env.task_description
            tried.append(Tried(number, seed, words, len(steps), success))
            if success:
                kept += [(number, step) for step in steps]
        return pack(shard, self._stack(kept), tried)

    def close(self) -> None:
        """Close the environment."""
        self._env.close()

    def _episode(self, seed: int) -> list[Step]:
        observation, _ = self._env.reset(seed=seed)
        self._expert.reset([seed])
        steps: list[Step] = []
        is_over = False
        while not is_over:
            action = self._expert.act({}, [self._env])[0]
            following, _, terminated, truncated, info = self._env.step(action)
            steps.append((observation, action, bool(info["is_success"])))
            observation, is_over = following, terminated or truncated
        return steps

    def _stack(self, rows: list[tuple[int, Step]]) -> Demonstrations:
        # Gymnasium types it as a space of dictionaries, which cannot be indexed; it is a `Dict`.
        spaces: Any = self._env.observation_space

        def observed(name: str) -> NDArray[Any]:
            space = spaces[name]
            found = np.array([step[0][name] for _, step in rows], space.dtype)
            # Without a row, the shape of one must come from elsewhere.
            return found.reshape(len(rows), *space.shape)

        return Demonstrations(
            image=observed(IMAGE),
            instruction=observed(INSTRUCTION),
            proprio=observed(PROPRIO),
            privileged=observed(PRIVILEGED),
            action=np.array([step[1] for _, step in rows], np.float32).reshape(
                len(rows), self._env.control.size
            ),
            episode=np.array([number for number, _ in rows], np.int64),
            success=np.array([step[2] for _, step in rows], np.bool_),
            pictures={key: observed(key) for key in self._request.image_keys[1:]},
        )

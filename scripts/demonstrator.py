"""What a worker process of `vlsim collect` does: the expert's episodes of one shard."""

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vlsim.agents.scripted import Expert
from vlsim.data.collection import Shard, pack
from vlsim.data.demonstrations import NOTHING, Demonstrations
from vlsim.data.manifest import Attempt, Request
from vlsim.envs import make_env
from vlsim.envs.tabletop import TabletopEnv
from vlsim.goals import Then
from vlsim.interface.labels import ROLES
from vlsim.interface.observation import IMAGE, INSTRUCTION, PRIVILEGED, PROPRIO, SEGMENTATION
from vlsim.language.writer import realise
from vlsim.referring.describe import describe
from vlsim.seeding import derive, stream


class Step(NamedTuple):
    """What was seen and meant, what was done about it, and what came of it."""

    observation: dict[str, NDArray[Any]]
    objects: tuple[int, ...]
    """Indices of target and place, -1 for none."""
    subtask: int
    """Which step of a chain it belongs to."""
    action: NDArray[np.float32]
    reward: float
    success: bool


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
            segmentation=True,
        )

    def __call__(self, shard: int) -> Shard:
        """Carry out the episodes of one shard."""
        kept: list[tuple[int, Step]] = []
        attempts: list[Attempt] = []
        for number in self._request.in_shard(shard):
            seed = derive(self._request.seed, "demonstrations", number)
            steps = self._episode(seed)
            attempts.append(_attempt(self._env, number, seed, steps))
            if steps[-1].success:
                kept += [(number, step) for step in steps]
        return pack(shard, self._stack(kept), attempts)

    def close(self) -> None:
        """Close the environment."""
        self._env.close()

    def _episode(self, seed: int) -> list[Step]:
        env = self._env
        observation, info = env.reset(seed=seed)
        self._expert.reset([seed])
        # How many stages are done when each step of the goal ends.
        parts = _parts(env)
        ends = np.cumsum([len(part.stages(env.initial_scene)) for part in parts])
        steps: list[Step] = []
        is_over = False
        while not is_over:
            objects = tuple(env.roles.get(role, NOTHING) for role in ROLES)
            subtask = min(int(np.searchsorted(ends, info["stages_done"], "right")), len(ends) - 1)
            action = self._expert.act({}, [env])[0]
            following, reward, terminated, truncated, info = env.step(action)
            success = bool(info["is_success"])
            steps.append(Step(observation, objects, subtask, action, reward, success))
            observation, is_over = following, terminated or truncated
        return steps

    def _stack(self, rows: list[tuple[int, Step]]) -> Demonstrations:
        steps, side = [step for _, step in rows], self._request.image_size

        def observed(name: str) -> NDArray[Any]:
            space: Any = self._env.observation_space[name]
            array = np.array([step.observation[name] for step in steps], space.dtype)
            # Without a row, the shape of one must come from elsewhere.
            return array.reshape(len(rows), *space.shape)

        objects = np.array([step.objects for step in steps], np.int64).reshape(-1, len(ROLES))
        facts = observed(PRIVILEGED)
        masks = (step.observation[SEGMENTATION] for step in steps)
        boxes = [
            [_box((mask == i) & (mask != NOTHING)) for i in row]
            for mask, row in zip(masks, objects, strict=True)
        ]
        # The renderer takes its rows on the lower edge of a pixel (`Camera.intrinsics`).
        uv = facts[:, : 2 * len(ROLES)].reshape(-1, len(ROLES), 2)
        points = (uv + 1) / 2 * side - np.array([0, 1])
        return Demonstrations(
            image=observed(IMAGE),
            instruction=observed(INSTRUCTION),
            proprio=observed(PROPRIO),
            privileged=facts,
            action=np.array([step.action for step in steps], np.float32).reshape(
                len(rows), self._env.control.size
            ),
            reward=np.array([step.reward for step in steps], np.float32),
            success=np.array([step.success for step in steps], np.bool_),
            episode=np.array([number for number, _ in rows], np.int64),
            objects=objects,
            boxes=np.array(boxes, np.int64).reshape(-1, len(ROLES), 4),
            points=np.where(objects[..., None] == NOTHING, NOTHING, points).astype(np.float32),
            pictures={key: observed(key) for key in self._request.image_keys[1:]},
        )


def _parts(env: TabletopEnv) -> tuple[Any, ...]:
    """Return what the goal asks for, one after the other."""
    return env.goal.steps if isinstance(env.goal, Then) else (env.goal,)


def _attempt(env: TabletopEnv, number: int, seed: int, steps: list[Step]) -> Attempt:
    texts = [env.task_description]
    if len(parts := _parts(env)) > 1:
        texts = [realise(part, stream(seed, "subtask", i)).text for i, part in enumerate(parts)]
    begins = [0, *(i for i, (a, b) in enumerate(pairwise(steps), 1) if a.subtask != b.subtask)]
    scene = env.initial_scene
    phrases = (describe(scene, index) for index in range(len(scene.specs)))
    return Attempt(
        episode=number,
        seed=seed,
        instruction=env.task_description,
        goal=json.dumps(env.goal.to_json()),
        steps=len(steps),
        success=steps[-1].success,
        reward=sum(step.reward for step in steps),
        subtasks=tuple((begin, texts[steps[begin].subtask]) for begin in begins),
        # Without the article.
        objects=tuple(" ".join(phrase.words(None)[1:]) if phrase else "" for phrase in phrases),
    )


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is True, the last two one beyond it."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return NOTHING, NOTHING, NOTHING, NOTHING
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

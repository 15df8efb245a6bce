"""Records a policy's episodes, shard by shard, and keeps those that succeed."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim.data.collection import Shard, pack
from vlsim.data.demonstrations import NOTHING, Demonstrations
from vlsim.data.manifest import Attempt, Request
from vlsim.goals import Goal, Then
from vlsim.interface.conditions import check_fit
from vlsim.interface.environment import Environment, truth_of
from vlsim.interface.labels import LABEL_BOXES, LABEL_POINTS, ROLES, to_pixels
from vlsim.interface.observation import IMAGE, INSTRUCTION, PRIVILEGED, PROPRIO, SKILL_MASK, STAGE
from vlsim.interface.policy import Informed, PolicyFactory, stack
from vlsim.language.writer import realise
from vlsim.referring.describe import describe
from vlsim.seeding import derive, stream
from vlsim.world import SceneState


class Step(NamedTuple):
    """What was seen and meant, what was done about it, and what came of it."""

    observation: dict[str, NDArray[Any]]
    objects: tuple[int, ...]
    """Index of the object in each of `ROLES`, -1 for none."""
    subtask: int
    """Which step of a chain it belongs to."""
    action: NDArray[np.float32]
    reward: float
    success: bool


class Recorded(Environment, Protocol):
    """What a recording needs to know of an environment, beside what a policy sees."""

    @property
    def observation_space(self) -> Any:  # noqa: ANN401 (Gymnasium's, which is not imported here)
        """Spaces by name, with labels and `privileged`."""

    @property
    def task_description(self) -> str:
        """The instruction of the running episode."""

    @property
    def goal(self) -> Goal:
        """What it means."""

    @property
    def roles(self) -> dict[str, int]:
        """Index of the object in each role of what the present motion is about."""

    @property
    def initial_scene(self) -> SceneState:
        """The facts at the reset."""

    @property
    def scene(self) -> SceneState:
        """The facts now."""


class Recorder:
    """Carries out the episodes of shards, and keeps those that succeed.

    Args:
        request: What is recorded.
        make_env: Makes the environment of the request.
        make_policy: Makes the policy whose episodes are recorded.

    Raises:
        InvalidValueError: If the policy does not fit the environment.
    """

    def __init__(
        self, request: Request, make_env: Callable[[], Recorded], make_policy: PolicyFactory
    ) -> None:
        """Make both."""
        self._request, self._policy, self._env = request, make_policy(), make_env()
        check_fit(self._policy, self._env)

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
        env, policy = self._env, self._policy
        observation, info = env.reset(seed=seed)
        policy.reset([seed], [str(info["instruction"])])
        # How many stages are done when each step of the goal ends.
        parts = _parts(env)
        ends = np.cumsum([len(part.stages(env.initial_scene)) for part in parts])
        steps: list[Step] = []
        is_over = False
        while not is_over:
            if isinstance(policy, Informed):
                policy.inform([truth_of(env, policy.name)])
            for action in policy.act(stack([observation]))[0]:
                objects = tuple(env.roles.get(role, NOTHING) for role in ROLES)
                done = int(np.searchsorted(ends, info["stages_done"], "right"))
                following, reward, terminated, truncated, info = env.step(action)
                success, subtask = bool(info["is_success"]), min(done, len(ends) - 1)
                steps.append(Step(observation, objects, subtask, action, reward, success))
                observation, is_over = following, terminated or truncated
                if is_over:
                    break
        return steps

    def _stack(self, rows: list[tuple[int, Step]]) -> Demonstrations:
        steps, side = [step for _, step in rows], self._request.image_size

        def observed(name: str) -> NDArray[Any]:
            space: Any = self._env.observation_space[name]
            array = np.array([step.observation[name] for step in steps], space.dtype)
            # Without a row, the shape of one must come from elsewhere.
            return array.reshape(len(rows), *space.shape)

        objects = np.array([step.objects for step in steps], np.int64).reshape(-1, len(ROLES))
        corners = observed(LABEL_BOXES).reshape(len(rows), len(ROLES), 2, 2)
        boxes = np.rint(to_pixels(corners, side)).reshape(len(rows), len(ROLES), 4)
        is_seen = (corners[:, :, 0] < corners[:, :, 1]).all(-1, keepdims=True)
        points = to_pixels(observed(LABEL_POINTS).reshape(len(rows), len(ROLES), 2), side)
        return Demonstrations(
            image=observed(IMAGE),
            instruction=observed(INSTRUCTION),
            proprio=observed(PROPRIO),
            stage=observed(STAGE),
            skill_mask=observed(SKILL_MASK),
            privileged=observed(PRIVILEGED),
            action=np.array([step.action for step in steps], np.float32).reshape(
                len(rows), self._request.channels.n_actions
            ),
            reward=np.array([step.reward for step in steps], np.float32),
            success=np.array([step.success for step in steps], np.bool_),
            episode=np.array([number for number, _ in rows], np.int64),
            objects=objects,
            boxes=np.where(is_seen, boxes, NOTHING).astype(np.int64),
            points=np.where(objects[..., None] == NOTHING, NOTHING, points).astype(np.float32),
            pictures={key: observed(key) for key in self._request.image_keys[1:]},
        )


def _parts(env: Recorded) -> tuple[Any, ...]:
    """Return what the goal asks for, one after the other."""
    return env.goal.steps if isinstance(env.goal, Then) else (env.goal,)


def _attempt(env: Recorded, number: int, seed: int, steps: list[Step]) -> Attempt:
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

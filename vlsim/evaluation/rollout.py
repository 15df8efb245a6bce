"""Episodes in lockstep: one call of the policy acts in a whole group of environments.

Which episodes come out does not depend on how they are shared out. A group always has the same
number of rows, and the episode of a seed always sits in the same row, so that the policy's matrix
products have the same shape whatever is still to do; a row without an episode repeats another one's
picture.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.errors import InvalidValueError, SimulationError, VlsimError
from vlsim.interface.conditions import check_fit
from vlsim.interface.environment import EnvFactory, Environment, truth_of
from vlsim.interface.policy import Fallible, Informed, Observations, Policy, stack
from vlsim.parallel.threads import one_thread_here
from vlsim.records import Episode, Step

logger = logging.getLogger(__name__)

GROUP = 16
"""Episodes side by side in one process."""


class EvaluationError(VlsimError, RuntimeError):
    """Raised when an episode could not be carried out: that is no failure of the policy."""


@dataclass(frozen=True)
class Setting:
    """What the episodes of a group have in common."""

    policy: str
    task: str
    control: str
    set: str


class Witness(Protocol):
    """Sees one row of a group while it happens; films are made by one."""

    row: int

    def begin(self, env: Environment, info: dict[str, Any]) -> None:
        """Called after the reset."""

    def before_action(self, policy: Policy, observations: Observations) -> None:
        """Called before the policy acts, with the observations of the whole group."""

    def after_step(self, step: Step) -> None:
        """Called after each step."""


@dataclass
class _Row:
    """An episode that is under way."""

    seed: int
    env: Environment
    observation: dict[str, NDArray[Any]]
    info: dict[str, Any]
    steps: int = 0
    total: float = 0.0
    is_over: bool = False
    error: str = ""


def benchmark_seeds(episodes: int, seed: int = 0) -> list[int]:
    """Return the seeds that every benchmark of this many episodes uses.

    >>> benchmark_seeds(2) == benchmark_seeds(3)[:2]
    True
    """
    if episodes < 1:
        raise InvalidValueError(f"episodes must be at least 1, got {episodes}.")
    return [seeding.derive(seed, "benchmark", i) for i in range(episodes)]


def evaluate(
    policy: Policy,
    make_env: EnvFactory,
    seeds: Sequence[int],
    set_name: str,
    *,
    task: str = "",
    control: str = "",
    on_episode: Callable[[Episode], None] | None = None,
    group: int = GROUP,
) -> list[Episode]:
    """Carry out one episode per seed and return what happened, in the order of the seeds.

    Args:
        policy: What acts.
        make_env: Makes an environment for an instruction set; called up to `group` times.
        seeds: Each begins one episode.
        set_name: The instruction set.
        task: Recorded in the episodes.
        control: Recorded in the episodes.
        on_episode: Called with each episode as soon as its group is done.
        group: Episodes side by side.

    Raises:
        EvaluationError: If the environment or the policy raises, gives something not finite, or the
            policy has no action.
    """
    setting = Setting(policy.name, task, control, set_name)
    envs: list[Environment] = []
    episodes: list[Episode] = []
    try:
        for rows in in_groups(seeds, group):
            with naming(setting, "making the environment"):
                while len(envs) < sum(seed is not None for seed in rows):
                    envs.append(make_env(set_name))
            done = run_group(policy, envs, rows, setting)
            if lost := next((episode for episode in done if episode.error), None):
                raise EvaluationError(lost.error)
            episodes += done
            if on_episode:
                for episode in done:
                    on_episode(episode)
    finally:
        for env in envs:
            env.close()
    return episodes


def in_groups(
    seeds: Sequence[int], group: int = GROUP, skip: Callable[[int], bool] = lambda seed: False
) -> list[tuple[int | None, ...]]:
    """Share seeds out into groups of equal size; None is a row without an episode.

    >>> in_groups([7, 8, 9], group=2, skip=lambda seed: seed == 7)
    [(None, 8), (9, None)]
    """
    rows = [None if skip(seed) else seed for seed in seeds]
    rows += [None] * (-len(rows) % group)
    groups = [tuple(rows[i : i + group]) for i in range(0, len(rows), group)]
    return [group for group in groups if any(seed is not None for seed in group)]


def run_group(
    policy: Policy,
    envs: Sequence[Environment],
    seeds: Sequence[int | None],
    setting: Setting,
    witness: Witness | None = None,
) -> list[Episode]:
    """Carry out the episodes of one group, in lockstep until the last is over.

    The actions of a chunk are carried out one after the other before the policy acts again.

    Args:
        policy: What acts.
        envs: At least as many as there are episodes.
        seeds: One per row; None is a row without an episode.
        setting: What the episodes have in common.
        witness: Sees the episode in its row.

    Returns:
        The episodes, in the order of the rows.

    Raises:
        InvalidValueError: If the policy does not fit the environments.
        EvaluationError: If an environment or the policy raises, or gives something not finite.
    """
    check_fit(policy, envs[0])
    free = iter(envs)
    rows = {i: _begin(next(free), s, setting) for i, s in enumerate(seeds) if s is not None}
    first = next(iter(rows))
    seen = witness.row if witness else -1
    if witness:
        witness.begin(rows[seen].env, rows[seen].info)
    shown = [rows.get(i, rows[first]) for i in range(len(seeds))]
    with naming(setting, "resetting the policy"), one_thread_here():
        policy.reset([row.seed for row in shown], [str(row.info["instruction"]) for row in shown])
    while not all(row.is_over for row in rows.values()):
        observations = stack([row.observation for row in shown])
        runs = [i in rows and not rows[i].is_over for i in range(len(seeds))]
        with one_thread_here():
            if witness and not rows[seen].is_over:
                witness.before_action(policy, observations)
        with naming(setting, "acting"), one_thread_here():
            if isinstance(policy, Informed):
                policy.inform(
                    [
                        truth_of(row.env, policy.name) if is_running else None
                        for row, is_running in zip(shown, runs, strict=True)
                    ]
                )
            chunks = np.asarray(policy.act(observations), np.float32)
            if isinstance(policy, Fallible):
                for i, reason in policy.errors.items():
                    if runs[i]:
                        rows[i].error, rows[i].is_over, runs[i] = reason, True, False
            _check_chunks(chunks, runs, policy.spec.chunk)
        for moment in range(policy.spec.chunk):
            for i, row in rows.items():
                if not row.is_over:
                    step = _step(row, chunks[i, moment], setting)
                    if witness and i == seen:
                        witness.after_step(step)
    return [_episode(row, setting) for row in rows.values()]


@contextmanager
def naming(setting: Setting, doing: str, seed: int | None = None) -> Iterator[None]:
    """Turn any exception into one line that says where it happened."""
    try:
        yield
    except EvaluationError:
        raise
    except Exception as error:
        what = str(error)
        if isinstance(error, OSError):
            # Of the disk or of ffmpeg, which goes on about its whole command.
            what = what.partition("\n")[0]
        elif not isinstance(error, VlsimError):
            # A mistake in a program, not in its use: whoever mends it needs the traceback.
            logger.exception("%s failed", doing)
            what = f"{type(error).__name__}: {error}"
        which = "" if seed is None else f", seed {seed}"
        raise EvaluationError(
            f"{setting.policy} on {setting.task or 'a task'}, set {setting.set}{which}: {doing} "
            f"failed: {' '.join(what.split())}"
        ) from error


def _begin(env: Environment, seed: int, setting: Setting) -> _Row:
    with naming(setting, "resetting the environment", seed):
        observation, info = env.reset(seed=seed)
    return _Row(seed, env, observation, info)


def _step(row: _Row, action: NDArray[np.float32], setting: Setting) -> Step:
    with naming(setting, f"step {row.steps + 1}", row.seed):
        row.observation, reward, terminated, truncated, row.info = row.env.step(action)
        if not np.isfinite(reward):
            raise SimulationError(f"A reward must be finite, got {reward}.")
        row.steps += 1
        row.total += float(reward)
        row.is_over = bool(terminated or truncated)
        return Step(
            number=row.steps,
            action=tuple(float(a) for a in action),
            reward=float(reward),
            reward_terms={k: float(v) for k, v in row.info["reward_terms"].items()},
            is_success=bool(row.info["is_success"]),
            state_hash=str(row.info["state_hash"]),
        )


def _check_chunks(chunks: NDArray[np.float32], runs: list[bool], n_steps: int) -> None:
    if chunks.ndim != 3 or chunks.shape[:2] != (len(runs), n_steps):
        hint = " actions[:, None] is a chunk of one action a row." if chunks.ndim == 2 else ""
        raise InvalidValueError(
            f"A policy must return a chunk of actions per row: ({len(runs)}, {n_steps}, A), got "
            f"{chunks.shape}.{hint}"
        )
    if not np.isfinite(chunks[runs]).all():
        raise InvalidValueError("The policy returned an action that is not finite.")


def _episode(row: _Row, setting: Setting) -> Episode:
    with naming(setting, "reading info", row.seed):
        info = row.info
        return Episode(
            policy=setting.policy,
            task=setting.task,
            control=setting.control,
            set=setting.set,
            seed=row.seed,
            instruction=str(info["instruction"]),
            goal=json.loads(info["goal"]),
            success_once=bool(info["success_once"]),
            success_at_end=bool(info["is_success"]),
            steps=row.steps,
            return_=row.total,
            referent=int(info["referent"]),
            attempted=None if info["attempted"] < 0 else int(info["attempted"]),
            failure=str(info["failure"]),
            state_hash=str(info["state_hash"]),
            error=row.error,
        )

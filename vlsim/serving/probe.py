"""What a policy does in states whose right answer is known, beside what the expert does there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.errors import InvalidValueError
from vlsim.interface.action import control_rate
from vlsim.interface.conditions import check_fit
from vlsim.interface.environment import Environment, truth_of
from vlsim.interface.observation import PROPRIO
from vlsim.interface.policy import Fallible, Informed, Observations, Policy, stack

EPISODES, STEPS = 16, 10
"""Side by side, and how long; of whole motions only the first is asked for, of more episodes."""
ROUNDS_OF_MOTIONS = 4
AWAY = 6
"""Steps in which the hand is led somewhere, so that it and its target lie every way round."""
STRAYS = 0.5
"""Share of the steps after that which are random; the others are the expert's."""

Change = Callable[[Observations], Observations]
"""Shows a policy something else than there is."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Probe:
    """Answers of a policy and of the expert in N states of E episodes.

    Args:
        first: The policy's action when it is first shown a state. Shape (N, A).
        again: When it is shown the same state once more. Shape (N, A).
        expert: The expert's. Shape (N, A).
        episode: Of which episode a state is. Shape (N,).
        step: Its number there. Shape (N,).
        proprio: What was measured. Shape (N, P).
    """

    first: Numbers
    again: Numbers
    expert: Numbers
    episode: NDArray[np.int64]
    step: NDArray[np.int64]
    proprio: Numbers


def probe(
    policy: Policy, expert: Policy, envs: Sequence[Environment], control: str, change: Change
) -> Probe:
    """Show a policy the states of some episodes; the expert and chance lead through them.

    The same states every time: what the policy answers is not carried out.

    Args:
        policy: What is asked.
        expert: Knows what is right.
        envs: `EPISODES` environments.
        control: Their control mode.
        change: What the policy is shown of the observations.

    Raises:
        InvalidValueError: If it does not fit, or an answer has not the shape that it states.
    """
    check_fit(policy, envs[0])
    moves = control_rate(control) is not None
    rounds = [
        _episodes(policy, expert, envs, number, STEPS if moves else 1, change)
        for number in range(1 if moves else ROUNDS_OF_MOTIONS)
    ]
    first, again, right, episode, step, proprio = (
        np.concatenate(part) for part in zip(*rounds, strict=True)
    )
    return Probe(first, again, right, episode.astype(np.int64), step.astype(np.int64), proprio)


def _episodes(
    policy: Policy,
    expert: Policy,
    envs: Sequence[Environment],
    number: int,
    steps: int,
    change: Change,
) -> tuple[Numbers, ...]:
    seeds = [seeding.derive(0, "contract", number, i) for i in range(len(envs))]
    rng = seeding.stream(0, "contract", number)
    begun = [env.reset(seed=seed) for env, seed in zip(envs, seeds, strict=True)]
    seen, words = [row for row, _ in begun], [str(info["instruction"]) for _, info in begun]
    for one in (policy, expert):
        one.reset(seeds, words)
    is_over = [False] * len(envs)
    found: list[tuple[Numbers, ...]] = []
    away: Numbers = np.zeros(0)
    for step in range(steps):
        observations = stack(seen)
        right = _answer(expert, envs, observations, is_over)
        shown = change(observations)
        first, again = (_answer(policy, envs, shown, is_over) for _ in range(2))
        if first.shape != right.shape:
            raise InvalidValueError(
                f"The policy '{policy.name}' acts with {first.shape[1]} numbers, and the "
                f"environment's actions have {right.shape[1]}."
            )
        away = rng.uniform(-1, 1, right.shape) if step == 0 else away
        chance = rng.uniform(-1, 1, right.shape)
        led = np.where(rng.random((len(envs), 1)) < STRAYS, chance, right)
        done = away if step < AWAY else led
        running = [i for i, over in enumerate(is_over) if not over]
        which = np.array([(number * len(envs) + i, step) for i in range(len(envs))], np.float64)
        rows = (first, again, right, which[:, 0], which[:, 1], observations[PROPRIO])
        found.append(tuple(np.asarray(row, np.float64)[running] for row in rows))
        for i in running if step + 1 < steps else ():
            seen[i], _, terminated, truncated, _ = envs[i].step(done[i].astype(np.float32))
            is_over[i] = terminated or truncated
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


def _answer(
    policy: Policy, envs: Sequence[Environment], observations: Observations, is_over: Sequence[bool]
) -> Numbers:
    if isinstance(policy, Informed):
        policy.inform(
            [
                None if over else truth_of(env, policy.name)
                for env, over in zip(envs, is_over, strict=True)
            ]
        )
    chunks = np.asarray(policy.act(observations), np.float64)
    if isinstance(policy, Fallible) and policy.errors:
        raise InvalidValueError(next(iter(policy.errors.values())))
    if chunks.ndim != 3 or chunks.shape[:2] != (len(envs), policy.spec.chunk):
        raise InvalidValueError(
            f"The policy '{policy.name}' must return ({len(envs)}, {policy.spec.chunk}, A), got "
            f"{chunks.shape}."
        )
    if not np.isfinite(chunks).all():
        raise InvalidValueError(f"The policy '{policy.name}' returned what is not finite.")
    first: Numbers = chunks[:, 0]
    return first

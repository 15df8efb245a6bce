"""Whether a policy and an environment mean the same by what they send, before the first episode.

The arm is moved along each channel and looked at. Then the policy is asked in states in which the
expert knows the answer, and nothing of what it answers is carried out. A fault is only called one
if undoing it brings the policy clearly nearer to the expert: a policy that has learned little is
not accused.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vlsim.interface.action import GRIP, POINTS, ActionSpec, Channel
from vlsim.interface.environment import EnvFactory, Environment
from vlsim.interface.policy import Observations, Policy
from vlsim.serving.agreement import (
    Rows,
    agreement,
    correlations,
    share_gained,
    surely_gained,
    telling,
)
from vlsim.serving.arm import check_arm
from vlsim.serving.misreading import misreadings
from vlsim.serving.probe import EPISODES, Probe, probe

AGREES = 0.9
"""Agreement from which no other reading is tried."""
UNCLEAR = 0.5
"""Agreement below which a fault could hide: nothing that was tried explains the policy."""
LIKELY = 0.5
"""Least agreement of another reading that is believed."""
CLEARLY, SURELY = 0.5, 0.2
"""Share of what is missing to full agreement that it must bring: on the whole, and in 99 of 100
draws of the episodes."""
OUTSIDE, MOST_OUTSIDE = 1.5, 0.02
"""Entries beyond this, and the share of them that is let pass."""
TOO_SMALL, TOO_LARGE = 0.2, 5.0
"""Sizes of actions beside the expert's."""


@dataclass(frozen=True)
class Verdict:
    """What was found."""

    agreement: float
    """Mean correlation of the policy's actions with the expert's, over the channels that vary."""
    faults: tuple[str, ...] = ()
    """What is wrong, in words; empty if nothing could be found."""


def check_contract(
    policy: Policy, expert: Policy, make_env: EnvFactory, set_name: str, spec: ActionSpec
) -> Verdict:
    """Look for faults of the contract between a policy and environments.

    Args:
        policy: What is asked.
        expert: The scripted one.
        make_env: Makes an environment.
        set_name: Of which instruction set.
        spec: What the environment's actions are.

    Raises:
        ContractError: If the arm does not move as its actions are said to move it.
        InvalidValueError: If an answer has another shape, or is not finite.
    """
    envs: list[Environment] = []
    try:
        for _ in range(EPISODES):
            envs.append(make_env(set_name))
        check_arm(envs[0], spec)
        return _verdict(policy, expert, envs, spec)
    finally:
        for env in envs:
            env.close()


def _verdict(
    policy: Policy, expert: Policy, envs: Sequence[Environment], spec: ActionSpec
) -> Verdict:
    found = probe(policy, expert, envs, spec.control, _as_it_is)
    told = telling(found, spec)
    agrees = agreement(found, told)
    if fault := _delay(found) or _out_of_range(found, spec):
        return Verdict(agrees, (fault,))
    reasons = list(_mixed_up(found, told, spec))
    if agrees < AGREES:
        for words, change in misreadings(found.proprio).items():
            other = probe(policy, expert, envs, spec.control, change)
            if _is_nearer(found, other, told):
                reasons.append((agreement(other, told), words))
    if reasons:
        # What explains most; a picture upside down looks like a wrong sign, and the other way.
        best = max(score for score, _ in reasons)
        return Verdict(agrees, tuple(words for score, words in reasons if score >= best - 0.05))
    return Verdict(agrees, tuple(_sizes(found, told, spec)))


def _as_it_is(observations: Observations) -> Observations:
    return observations


def _delay(found: Probe) -> str:
    """Say so if the answer to a state is the one to the state before."""
    later = np.flatnonzero(found.step > 0)
    order = {(e, s): i for i, (e, s) in enumerate(zip(found.episode, found.step, strict=True))}
    before = [order[found.episode[i], found.step[i] - 1] for i in later]
    if not before:
        return ""
    now = np.abs(found.first[later] - found.again[later]).mean()
    late = np.abs(found.first[later] - found.again[before]).mean()
    if now > 0.02 and late < 0.2 * now:
        return "its actions come one step late: a state is answered as the one before it"
    return ""


def _out_of_range(found: Probe, spec: ActionSpec) -> str:
    if spec.choices:
        return ""
    share = (np.abs(found.again) > OUTSIDE).mean(axis=0)
    measures = [(c, i) for i, c in enumerate(spec.channels) if _is_measure(c)]
    wrong = [(channel, i) for channel, i in measures if share[i] > MOST_OUTSIDE]
    if not wrong:
        return ""
    most = max(float(np.abs(found.again[:, i]).max()) for _, i in wrong)
    names = ", ".join(channel.name for channel, _ in wrong)
    return (
        f"{names} reach {most:.3g}, where 1 stands for {_meaning(wrong[0][0])}: the scale is wrong"
        f"{_degrees_or_not([c for c, _ in wrong])}"
    )


def _is_nearer(found: Probe, other: Probe, told: list[int]) -> bool:
    """Whether the policy is clearly nearer to the expert where it is shown something else."""

    def gain(rows: Rows | slice) -> float:
        return share_gained(agreement(found, told, rows), agreement(other, told, rows))

    is_likely = agreement(other, told) > LIKELY and gain(slice(None)) > CLEARLY
    return is_likely and surely_gained(found, gain) > SURELY


def _mixed_up(found: Probe, told: list[int], spec: ActionSpec) -> Iterator[tuple[float, str]]:
    """Yield channels that follow another channel of the expert's, or run against their own."""
    table = correlations(found.again, found.expert)
    groups = [_group(channel) for channel in spec.channels]
    names, scores = [], []
    for i in told:
        alike = [j for j in told if groups[j] == groups[i]]
        rivals = [(j, sign) for j in alike for sign in (1.0, -1.0) if (j, sign) != (i, 1.0)]
        j, sign = max(rivals, key=lambda rival: rival[1] * table[i, rival[0]])
        score = sign * float(table[i, j])
        is_likely = score > LIKELY and share_gained(float(table[i, i]), score) > CLEARLY
        if is_likely and surely_gained(found, _rival(found, i, j, sign)) > SURELY:
            name, other = spec.names[i], spec.names[j]
            names.append(f"{name} runs against its own" if i == j else f"{name} is {other}")
            scores.append(score)
    if names:
        yield float(np.mean(scores)), f"axes are mixed up: {', '.join(names)}"


def _rival(found: Probe, i: int, j: int, sign: float) -> Callable[[Rows], float]:
    """Return how much more channel i follows j of the expert's than its own, in some states."""

    def gain(rows: Rows) -> float:
        table = correlations(found.again[rows], found.expert[rows])
        return share_gained(float(table[i, i]), sign * float(table[i, j]))

    return gain


def _sizes(found: Probe, told: list[int], spec: ActionSpec) -> Iterator[str]:
    table = correlations(found.again, found.expert)
    wrong = []
    for i in told:
        ratio = found.again[:, i].std() / found.expert[:, i].std()
        counts = table[i, i] > LIKELY and _is_measure(spec.channels[i])
        if counts and not TOO_SMALL < ratio < TOO_LARGE:
            wrong.append((spec.channels[i], ratio))
    if wrong:
        names = ", ".join(channel.name for channel, _ in wrong)
        channels = [channel for channel, _ in wrong]
        yield (
            f"{names} are {np.mean([r for _, r in wrong]):.2g} times as large as the expert's, "
            f"where 1 stands for {_meaning(channels[0])}: the scale is wrong"
            f"{_degrees_or_not(channels)}"
        )


def _meaning(channel: Channel) -> str:
    return f"{channel.high:g} {channel.unit}" if channel.unit != "1" else "the end of its range"


def _degrees_or_not(channels: Sequence[Channel]) -> str:
    only_angles = all(channel.unit == "rad" for channel in channels)
    return ", such as degrees for radians" if only_angles else ""


def _group(channel: Channel) -> tuple[str, bool, bool]:
    """Return what channels have in common that can be taken for each other."""
    return channel.unit, channel.name in POINTS, channel.name == GRIP.name


def _is_measure(channel: Channel) -> bool:
    """Whether its size counts: of fingers and of motions only the sign, or the largest, does."""
    return channel.unit != "1" or channel.name in POINTS

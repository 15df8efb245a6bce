"""Whether a policy and an environment mean the same by what they send, before the first episode.

The arm is moved along each channel and looked at. Then the policy is asked in states in which the
expert knows the answer, and nothing of what it answers is carried out. A fault is only called one
if undoing it brings the policy clearly nearer to the expert: a policy that has learned little is
not accused.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim import seeding
from vlsim.interface.action import GRIP, POINTS, ActionSpec, Channel
from vlsim.interface.environment import EnvFactory, Environment
from vlsim.interface.policy import Observations, Policy
from vlsim.serving.arm import check_arm
from vlsim.serving.misreading import misreadings
from vlsim.serving.probe import EPISODES, Numbers, Probe, probe

VARIES = 0.1
"""Least standard deviation of a channel of the expert's that says something."""
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
DRAWS = 200


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
    agreement = float(np.mean(_agreements(found, spec) or [0.0]))
    if fault := _delay(found) or _out_of_range(found, spec):
        return Verdict(agreement, (fault,))
    reasons = [(score, words) for words, score in _mixed_up(found, spec)]
    if agreement < AGREES:
        for words, change in misreadings(found.proprio).items():
            other = probe(policy, expert, envs, spec.control, change)
            score = float(np.mean(_agreements(other, spec) or [0.0]))
            is_better = score > LIKELY and score - agreement > CLEARLY * (1 - agreement)
            if is_better and _is_sure(found, other, spec):
                reasons.append((score, words))
    if reasons:
        # What explains most; a picture upside down looks like a wrong sign, and the other way.
        best = max(score for score, _ in reasons)
        return Verdict(agreement, tuple(words for score, words in reasons if score >= best - 0.05))
    return Verdict(agreement, tuple(_sizes(found, spec)))


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


def _mixed_up(found: Probe, spec: ActionSpec) -> Iterator[tuple[str, float]]:
    """Yield channels that follow another channel of the expert's, or run against their own."""
    told = _telling(found, spec)
    table = _correlations(found.again, found.expert)
    names, scores = [], []
    for i in told:
        rivals = [
            (j, 1.0)
            for j in told
            if j != i and _group(spec.channels[i]) == _group(spec.channels[j])
        ]
        rivals += [(j, -1.0) for j in told if _group(spec.channels[i]) == _group(spec.channels[j])]
        j, sign = max(rivals, key=lambda rival: rival[1] * table[i, rival[0]])
        gain = sign * table[i, j] - table[i, i]
        is_better = sign * table[i, j] > LIKELY and gain > CLEARLY * (1 - table[i, i])
        if is_better and _is_certain(found, i, j, sign):
            name, other = spec.names[i], spec.names[j]
            names.append(f"{name} runs against its own" if i == j else f"{name} is {other}")
            scores.append(float(sign * table[i, j]))
    if names:
        yield f"axes are mixed up: {', '.join(names)}", float(np.mean(scores))


def _sizes(found: Probe, spec: ActionSpec) -> Iterator[str]:
    table = _correlations(found.again, found.expert)
    wrong = []
    for i in _telling(found, spec):
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


def _telling(found: Probe, spec: ActionSpec) -> list[int]:
    """Return the channels in which the expert does different things in different states."""
    if spec.choices:
        return []
    varies = found.expert.std(axis=0) > VARIES
    return np.flatnonzero(varies).tolist()


def _agreements(found: Probe, spec: ActionSpec) -> list[float]:
    table = _correlations(found.again, found.expert)
    return [float(table[i, i]) for i in _telling(found, spec)]


def _correlations(ours: Numbers, theirs: Numbers) -> Numbers:
    """Return Pearson's correlation of each column with each; 0 where one does not vary. (A, A)."""
    a, b = (x - x.mean(axis=0) for x in (ours, theirs))
    sizes = np.outer(np.linalg.norm(a, axis=0), np.linalg.norm(b, axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sizes > 1e-9, (a.T @ b) / sizes, 0.0)


def _drawn(found: Probe) -> Iterator[NDArray[np.int64]]:
    """Yield the states of episodes that are drawn again and again from those there are."""
    rng = seeding.stream(0, "contract", "draws")
    episodes = np.unique(found.episode)
    states = {e: np.flatnonzero(found.episode == e) for e in episodes}
    for _ in range(DRAWS):
        yield np.concatenate([states[e] for e in rng.choice(episodes, len(episodes))])


def _is_certain(found: Probe, i: int, j: int, sign: float) -> bool:
    """Whether channel i follows j of the expert's more than its own, whichever episodes."""

    def share(rows: NDArray[np.int64]) -> float:
        table = _correlations(found.again[rows], found.expert[rows])
        own = float(table[i, i])
        return (sign * float(table[i, j]) - own) / (1 - own + 1e-9)

    return _low(found, share) > SURELY


def _is_sure(found: Probe, other: Probe, spec: ActionSpec) -> bool:
    """Whether the policy agrees more where it is shown something else, whichever episodes."""
    told = _telling(found, spec)

    def share(rows: NDArray[np.int64]) -> float:
        before, after = (
            float(_correlations(x.again[rows], x.expert[rows])[told, told].mean())
            for x in (found, other)
        )
        return (after - before) / (1 - before + 1e-9)

    return _low(found, share) > SURELY


def _low(found: Probe, share: Callable[[NDArray[np.int64]], float]) -> float:
    return float(np.quantile([share(rows) for rows in _drawn(found)], 0.01))

"""The arm, moved along each channel of an action and looked at."""

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import VlsimError
from vlsim.interface.action import GRIP, ActionSpec
from vlsim.interface.environment import Environment, GroundTruth, truth_of

ENTRY, STEPS = 0.5, 3
"""How far each channel is moved: this entry, so many steps."""
REST_STEPS = 4
"""Steps in which the arm catches up with its target."""
TOLERANCE = 0.4
"""Share of the way by which it may be off: it trails its target, and its joints yield."""
DOWNWARDS = ("dz",)
"""Channels that are moved the other way: the hand begins high above the table."""


class ContractError(VlsimError, RuntimeError):
    """Raised when a policy, a server or an arm means something else by an action than we do."""


def check_arm(env: Environment, spec: ActionSpec) -> None:
    """Move the arm along each channel that is a length or an angle, and compare.

    Channels of whole motions and choices are not moved.

    Args:
        env: An environment that tells what is true in it.
        spec: What its actions are said to be.

    Raises:
        ContractError: If it moves along another channel, the other way, or not as far.
    """
    moved = [i for i, channel in enumerate(spec.channels) if channel.unit != "1"]
    if spec.rate_hz is None or spec.choices:
        return
    for i in moved:
        channel = spec.channels[i]
        sign = -1.0 if channel.name in DOWNWARDS else 1.0
        way = _way(env, spec, i, sign * ENTRY)
        expected = np.zeros(len(way))
        expected[moved.index(i)] = sign * ENTRY * STEPS * channel.high
        same = [n for n, j in enumerate(moved) if spec.channels[j].unit == channel.unit]
        if np.abs(way - expected)[same].max() > TOLERANCE * abs(expected).max():
            went = ", ".join(f"{spec.channels[moved[n]].name} {way[n]:+.3f}" for n in same)
            raise ContractError(
                f"The arm does not do what '{spec.control}' says: {STEPS} actions of "
                f"{channel.name} {sign * ENTRY:+g} should move {channel.name} by "
                f"{expected[moved.index(i)]:+.3f} {channel.unit}, and moved {went}."
            )


def _way(env: Environment, spec: ActionSpec, i: int, entry: float) -> NDArray[np.float64]:
    """Return how far each length and angle changed after actions of one channel."""
    action = np.array([1.0 if name == GRIP.name else 0.0 for name in spec.names], np.float32)
    env.reset(seed=0)
    before = _measured(truth_of(env, "contract"), spec)
    pushing = action.copy()
    pushing[i] = entry
    for one in [pushing] * STEPS + [action] * REST_STEPS:
        env.step(one)
    return _measured(truth_of(env, "contract"), spec) - before


def _measured(truth: GroundTruth, spec: ActionSpec) -> NDArray[np.float64]:
    if spec.control == "joint_delta":
        return np.array(truth.joints())
    scene = truth.scene
    x, y, z = scene.ee_position_world.tolist()
    there = {"dx": x, "dy": y, "dz": z, "dyaw": scene.ee_yaw, "dtilt": scene.ee_tilt}
    return np.array([there[name] for name in spec.names if name in there])

"""Whole motions of `primitive`, through the safety filter, on an arm that is where it was sent."""

import numpy as np
import pytest

from vlsim.deploy.running.limits import Limits, pose_axes
from vlsim.deploy.running.motions import Motions
from vlsim.deploy.running.safety_filter import Command, SafetyFilter
from vlsim.robots.catalogue import PANDA
from vlsim.skills import SKILLS
from vlsim.world.camera import FRONT

PERIOD = 1 / 30
SHARE = 0.1


def carry_out(held: range = range(0)) -> tuple[Motions, SafetyFilter, list[float]]:
    """Go home from far away, then carry out a motion; return the heights it was at, too.

    Args:
        held: Periods in which something else, as the watchdog, brakes the arm.
    """
    axes = pose_axes(Limits()).slowed(SHARE)
    motions = Motions(axes, SHARE, PERIOD, FRONT, PANDA.hand)
    start = np.array([0.5, -0.2, 0.3, 0.0, 0.0, 0.08])
    safety = SafetyFilter(axes, Limits(), PERIOD, start, 1e9)
    action = np.zeros(4 + len(SKILLS), np.float32)
    action[4] = 1.0
    heights = []
    for period in range(5000):
        if motions.n_done or safety.stopped:
            break
        setpoint = safety.setpoint
        if motions.wants_action:
            motions.take(action, setpoint)
        if period in held:
            safety.hold("watchdog")
        now = period * PERIOD
        motions.note(safety.filter(now, Command(motions.target(setpoint, setpoint), now)))
        heights.append(float(setpoint[2]))
    return motions, safety, heights


def test_a_motion_goes_home_then_down_and_up_again_without_any_clamp() -> None:
    motions, safety, heights = carry_out()
    assert motions.n_done == 1
    assert not safety.stopped
    assert safety.counts["velocity"] == 0
    assert min(heights) < 0.05


@pytest.mark.parametrize("first", [40, 200, 350])
def test_an_arm_that_was_braked_on_its_way_is_waited_for(first: int) -> None:
    motions, safety, _ = carry_out(range(first, first + 3))
    assert safety.counts["watchdog"] == 3
    assert safety.counts["velocity"] > 0
    assert not safety.stopped
    assert motions.n_done == 1

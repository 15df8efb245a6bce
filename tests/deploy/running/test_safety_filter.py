"""The filter: each clamp by itself, in order, and what holds or stops the arm."""

import numpy as np
import pytest

from tests.deploy.running.axes import PERIOD, round_axes
from vlsim.deploy.running.limits import Limits, Vector, pose_axes
from vlsim.deploy.running.safety_filter import Command, Decision, Motion, SafetyFilter
from vlsim.errors import InvalidValueError

LIMITS = Limits(age=0.25, clamps=3)


class Arm:
    """A filter whose clock goes on by a period with every command."""

    def __init__(self, limits: Limits = LIMITS, seconds: float = 100.0) -> None:
        self.filter = SafetyFilter(round_axes(3), limits, PERIOD, np.zeros(3), seconds)
        self.now = 0.0

    def send(self, *target: float, age: float = 0.0, is_enabled: bool = True) -> Decision:
        self.now += PERIOD
        command = Command(np.array(target), self.now - age)
        return self.filter.filter(self.now, command, is_enabled=is_enabled)


def test_what_is_allowed_passes_unchanged() -> None:
    decision = Arm().send(0.05, -0.1, 0.0)
    assert (decision.motion, decision.clamps) == (Motion.MOVES, ())
    assert decision.allowed is not None
    assert decision.allowed.tolist() == [0.05, -0.1, 0.0]
    assert decision.setpoint.tolist() == pytest.approx([0.04, -0.04, 0.0])


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_command_that_is_not_finite_stops_for_good(wrong: float) -> None:
    arm = Arm()
    arm.send(0.05, 0.0, 0.0)
    assert arm.send(0.1, wrong, 0.0).motion is Motion.STOPPED
    assert arm.filter.stopped.startswith("a command was not finite: [0.1, ")
    assert arm.filter.counts["not_finite"] == 1
    assert arm.send(0.1, 0.0, 0.0).motion is Motion.STOPPED


def test_a_stop_is_braking_not_a_jolt() -> None:
    arm = Arm()
    for i in range(1, 5):
        arm.send(0.1 * i, 0.0, 0.0)
    arm.filter.stop("somebody said so")
    ways = np.diff([arm.filter.setpoint[0], *(arm.send(1.0, 0, 0).setpoint[0] for _ in range(4))])
    assert ways == pytest.approx([0.06, 0.02, 0.0, 0.0])
    assert arm.filter.is_still
    assert arm.filter.stopped == "somebody said so"


def test_a_released_dead_man_holds_and_a_pressed_one_goes_on() -> None:
    arm = Arm()
    assert arm.send(0.1, 0.0, 0.0, is_enabled=False).motion is Motion.HOLDS
    assert arm.filter.setpoint.tolist() == [0.0, 0.0, 0.0]
    assert arm.send(0.1, 0.0, 0.0).motion is Motion.MOVES


def test_the_time_of_a_run_ends_in_a_stop() -> None:
    arm = Arm(seconds=0.25)
    assert [arm.send(0.0, 0.0, 0.0).motion for _ in range(3)] == [
        Motion.MOVES,
        Motion.MOVES,
        Motion.STOPPED,
    ]
    assert arm.filter.stopped == "the time of the run is over"


@pytest.mark.parametrize(
    ("age", "motion"),
    [
        (0.25, Motion.MOVES),
        (0.26, Motion.HOLDS),
        (-0.01, Motion.HOLDS),
        (np.nan, Motion.HOLDS),
    ],
)
def test_an_old_observation_and_one_of_the_future_are_not_acted_on(
    age: float, motion: Motion
) -> None:
    assert Arm(LIMITS).send(0.05, 0.0, 0.0, age=age).motion is motion


def test_each_clamp_has_its_name_and_they_come_in_order() -> None:
    assert Arm().send(0.1, 0.0, 0.0).clamps == ()
    assert Arm().send(0.11, 0.0, 0.0).clamps == ("velocity",)
    assert Arm().send(0.0, 0.0, 0.11).clamps == ("gripper_rate",)
    assert Arm().send(0.6, 0.0, 0.0).clamps == ("step", "velocity")
    arm = Arm(Limits(clamps=99))
    for _ in range(20):
        arm.send(0.95, 0.0, 0.0)
    decision = arm.send(1.05, 0.0, 0.0)
    assert "workspace" in decision.clamps
    assert decision.allowed is not None
    assert decision.allowed[0] <= 1.0
    assert arm.filter.counts["workspace"] == 1


def test_the_table_is_a_clamp_of_its_own() -> None:
    start = np.array([0.5, 0.0, 0.05, 0.0, 0.0, 0.08])
    for target_z, clamps in ((0.049, ()), (0.0, ("table",)), (0.03, ("velocity",))):
        arm = SafetyFilter(pose_axes(Limits()), Limits(), 1 / 30, start, 9.0)
        decision = arm.filter(0.0, Command(np.array([0.5, 0, target_z, 0, 0, 0.08]), 0.0))
        assert decision.clamps[: len(clamps)] == clamps
        assert bool(decision.clamps) == bool(clamps)


def test_so_many_clamps_in_a_row_stop_it_but_not_with_a_good_one_between() -> None:
    arm = Arm()
    for target in (0.5, 0.5, 0.2, 0.6, 0.6):
        arm.send(target, 0.0, 0.0)
    assert arm.filter.stopped == ""
    arm = Arm()
    assert [arm.send(0.5, 0.0, 0.0).motion for _ in range(3)][-1] is Motion.STOPPED
    assert arm.filter.stopped == "3 commands in a row were clamped, the last by velocity"


def test_joints_brake_before_the_hand_would_leave_the_workspace() -> None:
    def is_inside(joints: Vector) -> bool:
        return bool(np.hypot(*joints[:2]) <= 0.5)

    limits = Limits(clamps=1000)
    arm = SafetyFilter(round_axes(3), limits, PERIOD, np.zeros(3), 99.0, is_inside)
    places = []
    for i in range(51):
        decision = arm.filter(0.0, Command(np.array([0.02 * i, 0.02 * i, 0.0]), 0.0))
        places.append(np.hypot(*decision.setpoint[:2]))
    assert max(places) <= 0.5
    assert max(places) > 0.45
    assert arm.counts["workspace"] > 0


def test_joints_end_at_their_limits() -> None:
    start = np.array([0.9, 0.0, 0.0])
    arm = SafetyFilter(round_axes(3), LIMITS, PERIOD, start, 99.0, lambda joints: True)
    decision = arm.filter(0.0, Command(np.array([1.05, 0.0, 0.0]), 0.0))
    assert decision.clamps == ("joint_limits",)
    assert decision.allowed is not None
    assert decision.allowed.tolist() == [1.0, 0.0, 0.0]


def test_an_arm_that_begins_outside_is_refused_in_one_line() -> None:
    with pytest.raises(InvalidValueError, match=r"begins with x1 at 1\.030, outside its limits"):
        SafetyFilter(round_axes(3), LIMITS, PERIOD, np.array([0.0, 1.03, 0.0]), 9.0)
    inside = SafetyFilter(round_axes(3), LIMITS, PERIOD, np.array([0.0, 1.01, 0.0]), 9.0)
    assert inside.setpoint[1] == 1.0
    with pytest.raises(InvalidValueError, match="hand begins outside the workspace"):
        SafetyFilter(round_axes(3), LIMITS, PERIOD, np.zeros(3), 9.0, lambda joints: False)


def test_limits_that_allow_nothing_are_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"table < high.*table 0\.5"):
        Limits(table=0.5)
    with pytest.raises(InvalidValueError, match="age of the limits must be positive, got 0"):
        Limits(age=0.0)
    with pytest.raises(InvalidValueError, match=r"speed must be above 0 and at most 1.*got 1\.1"):
        pose_axes(Limits()).slowed(1.1)
    assert pose_axes(Limits()).slowed(0.1).speed[0] == pytest.approx(0.05)

"""The door to the arm and its watchdog: silence brakes, then stops, to the period."""

import time

import numpy as np
import pytest

from tests.deploy.running.fake_robot import Hand
from vlsim.deploy.running.arm import Arm, Watchdog
from vlsim.deploy.running.clock import MonotonicClock, SteppedClock
from vlsim.deploy.running.limits import Limits, pose_axes
from vlsim.deploy.running.safety_filter import Command, Motion, SafetyFilter
from vlsim.errors import RobotError

PERIOD = 1 / 30
START = np.array([0.5, 0.0, 0.2, 0.0, 0.0, 0.08])


class Cell:
    """An arm, its robot, and a clock that is moved by hand."""

    def __init__(self, *, moves: bool = True) -> None:
        self.clock = SteppedClock()
        self.robot = Hand(self.clock)
        self.filter = SafetyFilter(pose_axes(Limits()), Limits(), PERIOD, START, 100.0)
        self.arm = Arm(self.robot, self.robot.wiring, self.filter, self.clock, PERIOD, moves=moves)
        self.target = START.copy()

    def go(self, periods: int) -> None:
        for _ in range(periods):
            self.wait(1)
            self.target[0] += 0.01
            self.arm.command(Command(self.target.copy(), self.clock.now()))

    def wait(self, periods: float) -> None:
        self.clock.sleep_until(self.clock.now() + periods * PERIOD)


def test_what_is_sent_is_the_setpoint_in_the_robots_words() -> None:
    cell = Cell()
    cell.go(3)
    assert cell.robot.sent[-1] == cell.arm.last_sent
    assert list(cell.robot.sent[-1].values()) == pytest.approx(cell.filter.setpoint.tolist())
    assert 0.5 < cell.robot.sent[-1]["ee.x"] < 0.53


def test_a_dry_run_decides_the_same_and_sends_nothing() -> None:
    wet, dry = Cell(), Cell(moves=False)
    for cell in (wet, dry):
        cell.go(10)
    assert dry.robot.sent == []
    assert len(wet.robot.sent) == 10
    assert dry.filter.setpoint.tolist() == wet.filter.setpoint.tolist()


@pytest.mark.parametrize(
    ("silence", "sent", "is_stopped"),
    [(1.0, 0, False), (1.4, 0, False), (1.5, 1, False), (2.2, 1, False), (2.25, 1, True)],
)
def test_the_watchdog_brakes_after_one_and_a_half_periods_and_stops_within_three(
    silence: float, sent: int, is_stopped: bool
) -> None:
    cell = Cell()
    cell.go(10)
    before = len(cell.robot.sent)
    cell.wait(silence + 1e-6)
    cell.arm.watch()
    assert len(cell.robot.sent) - before == sent
    assert bool(cell.filter.stopped) is is_stopped
    assert cell.filter.counts["watchdog"] == sent


def test_the_watchdog_goes_on_braking_until_the_arm_stands() -> None:
    cell = Cell()
    cell.go(10)
    for _ in range(40):
        cell.wait(0.5)
        cell.arm.watch()
    assert cell.filter.stopped.startswith("no command for ")
    assert cell.filter.is_still
    cell.go(1)
    assert cell.arm.command(Command(cell.target, cell.clock.now())).motion is Motion.STOPPED


def test_a_released_dead_man_brakes() -> None:
    cell = Cell()
    cell.robot.is_dead_man_held = False
    cell.go(3)
    assert cell.filter.setpoint.tolist() == pytest.approx(START.tolist(), abs=1e-12)
    assert cell.filter.counts["dead_man"] == 3


def test_a_robot_that_fails_is_one_line_and_a_stop() -> None:
    cell = Cell()
    cell.robot.broken_from = 2
    with pytest.raises(RobotError, match=r"robot 'hand' failed at send_action: ConnectionError"):
        cell.go(3)
    assert cell.filter.stopped.startswith("the robot failed: ConnectionError('the cable is out')")


def test_the_watchdogs_thread_stops_an_arm_whose_loop_hangs() -> None:
    clock = MonotonicClock()
    robot = Hand(SteppedClock())
    safety = SafetyFilter(pose_axes(Limits()), Limits(), 0.01, START, clock.now() + 100.0)
    arm = Arm(robot, robot.wiring, safety, clock, 0.01, moves=True)
    arm.command(Command(START, clock.now()))
    with Watchdog(arm, 0.01):
        deadline = clock.now() + 10.0
        while not safety.stopped and clock.now() < deadline:
            time.sleep(0.001)
    assert safety.stopped.startswith("no command for ")
    assert len(robot.sent) > 1

"""The loop: who is asked when, what is seen and sent, and everything that holds or stops an arm."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.deploy.running.fake_robot import MOTORS, WIRING, Hand, So101
from vlsim.deploy.running.clock import SteppedClock
from vlsim.deploy.running.limits import Limits
from vlsim.deploy.running.loop import FINISHED, INTERRUPTED, Ending
from vlsim.deploy.running.safety_filter import TIME_OVER
from vlsim.deploy.running.setup import Running, start_loop
from vlsim.errors import InvalidValueError, RobotError
from vlsim.interface.policy import Observations, PolicySpec
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.spec import RobotSpec
from vlsim.robots.wiring import Wiring

FORWARD = np.array([0.5, 0, 0, 0, 0, 1], np.float32)


class Scripted:
    """Always returns the same chunk; keeps what it was shown."""

    name = "scripted"

    def __init__(
        self, *actions: NDArray[np.float32], control: str = "ee_delta", **spec: Any
    ) -> None:
        self.spec = PolicySpec(control, cameras={"front": 32}, chunk=len(actions), **spec)
        self.actions = np.array(actions)[None]
        self.shown: list[Observations] = []
        self.told: list[str] = []
        self.before_acting: Callable[[int], None] = lambda number: None

    def reset(self, seeds: Sequence[int], instructions: Sequence[str]) -> None:
        self.told = list(instructions)

    def act(self, observations: Observations) -> NDArray[np.float32]:
        self.shown.append(observations)
        self.before_acting(len(self.shown))
        return self.actions


class Records(list[dict[str, Any]]):
    def add(self, record: Mapping[str, Any], pictures: Mapping[str, Any]) -> None:
        self.append(dict(record))


class Cell:
    """A robot, a policy and a loop of 30 Hz at full speed."""

    def __init__(self, policy: Scripted, seconds: float = 1.0, **running: Any) -> None:
        self.clock = SteppedClock()
        self.robot, self.policy, self.log = Hand(self.clock), policy, Records()
        settings = Running(30.0, 1.0, seconds, moves=True, **running)
        self.loop, self.arm = start_loop(
            policy, self.robot, self.robot.wiring, self.clock, settings
        )

    def run(self, most_actions: int = 0) -> Ending:
        self.loop.prepare("reach it")
        self.policy.shown.clear()
        return self.loop.run(self.log, most_actions)


def test_a_policy_of_10_hz_is_asked_in_every_third_period_and_sees_what_it_needs() -> None:
    cell = Cell(Scripted(FORWARD))
    ending = cell.run(4)
    assert (ending.reason, ending.periods, ending.actions) == (FINISHED, 12, 4)
    assert cell.policy.told == ["reach it"]
    assert [i for i, record in enumerate(cell.log) if "action" in record] == [0, 3, 6, 9]
    shown = cell.policy.shown[1]
    assert shown["image"].shape == (1, 32, 32, 3)
    assert shown["image"].dtype == np.uint8
    # Pose of the hand, then the action that was sent before.
    assert shown["proprio"].shape == (1, 12)
    assert shown["proprio"][0, 6:].tolist() == FORWARD.tolist()
    assert cell.policy.shown[0]["proprio"][0, 6:].tolist() == [0.0] * 6
    assert cell.robot.at["ee.x"] == pytest.approx(0.6, abs=0.03)
    assert ending.missed == ending.dropped == 0


def test_a_run_ends_with_its_time_and_the_arm_stands() -> None:
    cell = Cell(Scripted(FORWARD), seconds=0.5)
    ending = cell.run()
    assert ending.reason == TIME_OVER
    assert ending.is_good
    assert cell.arm.safety.is_still
    # 15 periods, the one that finds the time over, and those of braking.
    assert ending.periods == 16
    assert len(cell.robot.sent) > 16


def test_the_actions_of_a_chunk_are_carried_out_one_after_the_other() -> None:
    left = np.array([0, 0.5, 0, 0, 0, 1], np.float32)
    cell = Cell(Scripted(FORWARD, left))
    cell.run(4)
    assert len(cell.policy.shown) == 2
    actions = [record["action"] for record in cell.log if "action" in record]
    assert actions == [FORWARD.tolist(), left.tolist()] * 2


def test_a_policy_that_thinks_too_long_misses_periods_and_its_late_actions_are_dropped() -> None:
    policy = Scripted(FORWARD, FORWARD, FORWARD)
    cell = Cell(policy)

    def think(number: int) -> None:
        cell.clock.sleep_until(cell.clock.now() + 0.15)

    policy.before_acting = think
    ending = cell.run(1)
    assert ending.dropped == 1
    assert ending.missed == 4
    assert cell.log[0]["infer_ms"] == pytest.approx(150.0)
    # When nothing of the chunk is for now any more, the arm holds.
    policy.actions = policy.actions[:, :1]
    cell = Cell(policy, seconds=0.3)
    assert cell.run().counts["late_policy"] > 0
    assert cell.robot.at["ee.x"] == 0.5


def test_pictures_that_are_too_old_hold_the_arm() -> None:
    cell = Cell(Scripted(FORWARD))
    cell.robot.seconds = 0.31
    assert cell.run().counts == {"stale_observation": 2, "time_over": 1}
    assert cell.robot.at["ee.x"] == pytest.approx(0.5)


def test_a_frozen_camera_stops_the_arm() -> None:
    cell = Cell(Scripted(FORWARD * 0.1), limits=Limits(frozen=0.3), seconds=9.0)
    cell.robot.frozen_from = 10
    ending = cell.run()
    assert ending.reason == "the camera 'front' is frozen: it sends the same picture"
    assert not ending.is_good
    assert cell.log[-1]["stopped"] == ending.reason


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_an_action_that_is_not_finite_stops_the_arm(wrong: float) -> None:
    action = FORWARD.copy()
    action[2] = wrong
    ending = Cell(Scripted(action)).run()
    assert ending.reason.startswith("a command was not finite")
    assert ending.periods == 1


def test_an_action_of_another_size_is_an_error_and_the_arm_is_stopped() -> None:
    cell = Cell(Scripted(FORWARD[:3]))
    with pytest.raises(InvalidValueError, match=r"must return actions of 6 entries, got \(3,\)"):
        cell.run()
    assert cell.arm.safety.stopped


def test_ctrl_c_brakes_the_arm_and_ends_the_run() -> None:
    policy = Scripted(FORWARD)

    def press(number: int) -> None:
        if number == 3:
            raise KeyboardInterrupt

    cell = Cell(policy)
    cell.loop.prepare("reach it")
    policy.shown.clear()
    policy.before_acting = press
    ending = cell.loop.run(cell.log)
    assert ending.reason == INTERRUPTED
    assert ending.actions == 2
    assert cell.arm.safety.is_still


def test_a_robot_that_fails_is_an_error_in_one_line() -> None:
    cell = Cell(Scripted(FORWARD))
    cell.robot.broken_from = 3
    with pytest.raises(RobotError, match="'hand' failed at send_action: ConnectionError"):
        cell.run()


def test_many_steps_into_the_wall_are_no_clamps_because_the_control_mode_ends_there() -> None:
    ending = Cell(Scripted(FORWARD * 2), seconds=3.0).run()
    assert ending.reason == TIME_OVER
    assert set(ending.counts) == {"time_over"}


def urdf_of_so101(folder: Path) -> Path:
    """Write an arm of five links along x, 20 cm above the table, that pans about z."""
    links = "".join(f'<link name="l{i}"/>' for i in range(6))
    joints = "".join(
        f'<joint name="{motor}" type="revolute"><parent link="l{i}"/><child link="l{i + 1}"/>'
        f'<origin xyz="{0.1 if i else 0.0} 0 {0.0 if i else 0.2}"/>'
        f'<axis xyz="{"0 0 1" if i == 0 else "0 1 0"}"/><limit lower="-1.5" upper="1.5"/></joint>'
        for i, motor in enumerate(MOTORS)
    )
    path = folder / "so101.urdf"
    path.write_text(f'<robot name="so101">{links}{joints}</robot>')
    return path


def test_a_robot_shaped_like_lerobots_so101_pans_in_degrees_and_stays_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = RobotSpec("so101", "Five joints.", urdf_of_so101(tmp_path), MOTORS, (0.0,) * 5, "l5")
    monkeypatch.setitem(ROBOTS._items, "so101", spec)
    wiring = Wiring("so101", pose=(), joints=WIRING.joints, opening=WIRING.opening)
    robot, clock, log = So101(), SteppedClock(), Records()
    pan = Scripted(np.array([1, 0, 0, 0, 0, -1], np.float32), control="joint_delta")
    loop, arm = start_loop(pan, robot, wiring, clock, Running(30.0, 1.0, 9.0, moves=True))
    loop.prepare("turn")
    assert pan.shown[0]["proprio"][0, :3].tolist() == pytest.approx([0.4, 0.0, 0.2])
    assert loop.run(log, 3).reason == FINISHED
    # Three steps of 0.1 rad.
    assert robot.at["shoulder_pan.pos"] == pytest.approx(math.degrees(0.3), abs=3.0)
    assert robot.at["gripper.pos"] < 10.0
    loop, arm = start_loop(pan, robot, wiring, clock, Running(30.0, 1.0, 9.0, moves=True))
    loop.prepare("turn")
    ending = loop.run(log)
    assert ending.reason.endswith("commands in a row were clamped, the last by workspace")
    hands = [record["pose"][1] for record in log]
    assert 0.2 < max(hands) <= 0.26
    assert arm.safety.is_still


@pytest.mark.parametrize(
    ("policy", "hz", "words"),
    [
        (Scripted(FORWARD, robot="iiwa"), 30, "for the robot 'iiwa', and this one is 'panda'"),
        (Scripted(FORWARD), 25, "acts at 10 Hz, and the loop runs at 25 Hz, which is no multiple"),
        (Scripted(FORWARD, rate_hz=7.0), 30, "acts at 7 Hz, and the loop runs at 30 Hz"),
        (
            Scripted(FORWARD, control="joint_delta"),
            30,
            "acts by control 'joint_delta', which needs a robot that is told joints, and 'hand' "
            r"is told ee\.x",
        ),
    ],
)
def test_a_policy_for_something_else_is_refused_with_both_values(
    policy: Scripted, hz: float, words: str
) -> None:
    clock = SteppedClock()
    robot = Hand(clock)
    with pytest.raises(InvalidValueError, match=words):
        start_loop(policy, robot, robot.wiring, clock, Running(hz))


def test_a_camera_or_feature_that_is_not_there_is_refused() -> None:
    clock = SteppedClock()
    robot, policy = Hand(clock), Scripted(FORWARD)
    policy.spec = PolicySpec("ee_delta", cameras={"front": 32, "wrist": 32})
    with pytest.raises(InvalidValueError, match="needs the camera 'wrist', and the robot has"):
        start_loop(policy, robot, robot.wiring, clock, Running())
    wiring = Wiring("panda", {"front": "cam_high"})
    with pytest.raises(InvalidValueError, match="names 'cam_high', and it observes ee"):
        start_loop(Scripted(FORWARD), robot, wiring, clock, Running())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hz": 0.5}, "hz must lie from 1 to 1000, got 0.5"),
        ({"speed": 1.5}, "speed must be above 0 and at most 1, the full speed, got 1.5"),
        ({"seconds": math.inf}, "seconds must be above 0, got inf"),
    ],
)
def test_rates_and_times_that_are_none_are_refused(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        Running(**wrong)  # type: ignore[arg-type]

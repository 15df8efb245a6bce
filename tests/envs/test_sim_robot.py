"""A simulated robot: LeRobot's interface, time that passes, and faults that are the same again."""

import numpy as np
import pytest

from vlsim.deploy.running.clock import SteppedClock
from vlsim.envs.control import PLANAR_START_XY
from vlsim.envs.sim_robot import NO_FAULTS, Faults, SimRobot
from vlsim.errors import InvalidValueError
from vlsim.robots.driver import Robot, RobotObservation, Wired
from vlsim.world.hand import HIGH, HOME_EE_POSITION, LOW

PERIOD = 1 / 30
AT = {"ee.x": 0.4, "ee.y": 0.1, "ee.z": 0.2, "ee.yaw": 0.0, "ee.tilt": 0.0, "gripper.pos": 0.04}


def connected(faults: Faults = NO_FAULTS, **options: object) -> tuple[SimRobot, SteppedClock]:
    clock = SteppedClock()
    robot = SimRobot("reach", clock, image_size=32, faults=faults, **options)  # type: ignore[arg-type]
    robot.connect()
    return robot, clock


def watch(robot: SimRobot, clock: SteppedClock, periods: int) -> list[RobotObservation]:
    found = []
    for _ in range(periods):
        clock.sleep_until(clock.now() + PERIOD)
        found.append(robot.get_observation())
        robot.send_action(AT)
    return found


def test_it_is_a_robot_as_lerobot_has_it_and_gives_what_it_says() -> None:
    robot, _ = connected()
    assert isinstance(robot, Robot)
    assert isinstance(robot, Wired)
    observation = robot.get_observation()
    assert list(observation) == list(robot.observation_features)
    assert observation["front"].shape == robot.observation_features["front"] == (32, 32, 3)
    at = [observation[f"ee.{axis}"] for axis in "xyz"]
    assert at == pytest.approx(HOME_EE_POSITION, abs=0.005)
    robot.disconnect()
    assert not robot.is_connected
    with pytest.raises(InvalidValueError, match="not connected; call connect"):
        robot.get_observation()


def test_it_goes_where_it_is_told_while_time_passes_and_stays_while_it_does_not() -> None:
    robot, clock = connected()
    robot.send_action(AT)
    before = robot.get_observation()
    assert robot.get_observation()["ee.x"] == before["ee.x"]
    clock.sleep_until(clock.now() + 2.0)
    after = robot.get_observation()
    assert [after[name] for name in ("ee.x", "ee.y", "ee.z")] == pytest.approx(
        [0.4, 0.1, 0.2], abs=0.005
    )
    assert after["gripper.pos"] == pytest.approx(0.04, abs=0.002)


def test_joints_can_be_told_instead_of_a_pose() -> None:
    robot, clock = connected()
    joints = {name: value for name, value in robot.get_observation().items() if "joint" in name}
    joints["joint_1.pos"] += 0.2
    robot.send_action({**joints, "gripper.pos": 0.08})
    clock.sleep_until(1.0)
    assert robot.get_observation()["joint_1.pos"] == pytest.approx(joints["joint_1.pos"], abs=0.01)


def test_pictures_are_as_late_as_the_delay_says() -> None:
    robot, clock = connected(Faults(0.1, 0.0, 0.0, 0.0, 0.0))
    observations = watch(robot, clock, 9)
    ages = [PERIOD * (i + 1) - seen["time"] for i, seen in enumerate(observations)]
    assert ages == pytest.approx([PERIOD, 2 * PERIOD, *[3 * PERIOD] * 7])


def test_lost_pictures_leave_the_last_one_and_lost_commands_the_last_target() -> None:
    robot, clock = connected(Faults(0.0, 0.0, 0.999999, 0.0, 0.0))
    first, *_, last = watch(robot, clock, 20)
    assert np.array_equal(first["front"], last["front"])
    assert last["time"] == 0.0
    assert last["ee.x"] > 0.35
    deaf, clock = connected(Faults(0.0, 0.0, 0.0, 0.999999, 0.0))
    assert deaf.send_action(AT) == AT
    assert watch(deaf, clock, 20)[-1]["ee.x"] == pytest.approx(0.3, abs=0.005)


def test_the_same_seed_has_the_same_faults_and_another_has_others() -> None:
    runs = []
    for seed in (1, 1, 2):
        robot, clock = connected(Faults(0.02, 0.02, 0.2, 0.2), seed=seed)
        runs.append(watch(robot, clock, 30))
    for a, b in zip(runs[0], runs[1], strict=True):
        assert all(np.array_equal(a[name], b[name]) for name in a)
    assert [o["time"] for o in runs[0]] != [o["time"] for o in runs[2]]


def test_no_two_pictures_are_equal_as_with_a_real_camera() -> None:
    robot, clock = connected(Faults(0.0, 0.0, 0.0, 0.0))
    clock.sleep_until(1.0)
    robot.get_observation()
    clock.sleep_until(1.0 + PERIOD)
    before = robot.get_observation()["front"]
    clock.sleep_until(1.0 + 2 * PERIOD)
    assert not np.array_equal(before, robot.get_observation()["front"])


def test_success_is_the_goals() -> None:
    robot, clock = connected(instruction="reach the red cube")
    assert robot.instruction == "reach the red cube"
    robot.get_observation()
    assert not robot.is_success
    scene = robot.scene
    red = next(i for i, s in enumerate(scene.specs) if (s.kind, s.color) == ("cube", "red"))
    x, y, z = scene.centres[red]
    robot.send_action({**AT, "ee.x": x, "ee.y": y, "ee.z": z + 0.02, "gripper.pos": 0.0})
    clock.sleep_until(2.0)
    robot.get_observation()
    assert robot.is_success


def test_a_tip_in_the_plane_begins_beside_the_objects_and_stays_there() -> None:
    clock = SteppedClock()
    robot = SimRobot("push", clock, "planar", image_size=32, faults=NO_FAULTS)
    robot.connect()
    first = robot.get_observation()
    assert [first["ee.x"], first["ee.y"]] == pytest.approx(PLANAR_START_XY, abs=1e-3)
    robot.send_action({name: first[name] for name in AT})
    clock.sleep_until(0.5)
    later = robot.get_observation()
    assert [later[f"ee.{a}"] for a in "xyz"] == pytest.approx(
        [first[f"ee.{a}"] for a in "xyz"], abs=2e-3
    )


def test_what_it_cannot_do_is_refused_in_one_line() -> None:
    with pytest.raises(InvalidValueError, match="lost_frames must be 0 or more and below 1, got 1"):
        Faults(lost_frames=1.0)
    with pytest.raises(InvalidValueError, match="'pusher' has no gripper"):
        SimRobot("pick_place", SteppedClock(), "primitive", robot="pusher")
    robot, _ = connected()
    with pytest.raises(InvalidValueError, match=r"give 'ee\.z' as a finite number \(m\), got nan"):
        robot.send_action({**AT, "ee.z": np.nan})


def test_an_arm_stays_in_its_box_and_where_a_pose_is_out_of_its_reach() -> None:
    robot, clock = connected()
    # Leaning over at the far edge, near the table: no Panda gets there.
    far = {**AT, "ee.x": 0.72, "ee.y": 0.26, "ee.z": 0.02, "ee.tilt": 1.1}
    for target in (far, {**AT, "ee.x": 0.9}, {**AT, "ee.z": -0.1}):
        for _ in range(60):
            robot.send_action(target)
            clock.sleep_until(clock.now() + PERIOD)
            hand = [robot.get_observation()[f"ee.{axis}"] for axis in "xyz"]
            assert all(
                low - 0.005 <= at <= high + 0.005
                for low, at, high in zip(LOW, hand, HIGH, strict=True)
            )

"""Robots get where they are sent."""

import itertools
import math

import numpy as np
import pytest

from tests.scene.scenes import scene
from vlsim.robots.catalogue import IIWA, PANDA, ROBOTS
from vlsim.robots.spec import RobotSpec
from vlsim.scene.robot import check_home
from vlsim.scene.simulation import Simulation
from vlsim.world import HOME_EE_POSITION, WORKSPACE
from vlsim.world.hand import HOME, WIDEST, EndEffectorTarget

MIDDLE = tuple(sum(side) / 2 for side in WORKSPACE)
OVER_THE_WORKSPACE = [
    (x, y, z)
    for x, y, z in itertools.product(
        (WORKSPACE[0][0], MIDDLE[0], WORKSPACE[0][1]),
        (WORKSPACE[1][0], MIDDLE[1], WORKSPACE[1][1]),
        (0.018, 0.13, 0.30),
    )
]


def test_home_is_where_the_world_says(simulation: Simulation) -> None:
    simulation.reset(scene())
    position, yaw, opening = simulation.robot.pose()
    np.testing.assert_allclose(position, HOME_EE_POSITION, atol=1e-3)
    assert yaw == pytest.approx(0.0, abs=1e-3)
    assert opening == pytest.approx(0.08)


@pytest.mark.parametrize("yaw", [0.0, 0.5])
def test_inverse_kinematics_is_within_2_mm_all_over_the_workspace(
    simulation: Simulation, yaw: float
) -> None:
    simulation.reset(scene())
    panda = simulation.robot
    for target in OVER_THE_WORKSPACE:
        panda.teleport(panda.spec.home, 0.08)
        for _ in range(12):
            panda.teleport(panda.solve(EndEffectorTarget(target, yaw)), 0.08)
        position, turned, _ = panda.pose()
        assert math.dist(position, target) < 0.002, target
        assert turned == pytest.approx(yaw, abs=0.02), target


@pytest.mark.parametrize("target", [(0.36, -0.17, 0.10), (0.5, 0.0, 0.05), (0.64, 0.17, 0.2)])
def test_the_motors_bring_the_end_effector_there_within_a_second(
    simulation: Simulation, target: tuple[float, float, float]
) -> None:
    simulation.reset(scene())
    for _ in range(10):
        simulation.move(EndEffectorTarget(target, 0.3, 0.0))
    position, yaw, opening = simulation.robot.pose()
    assert math.dist(position, target) < 0.006
    assert yaw == pytest.approx(0.3, abs=0.03)
    assert opening < 0.002
    assert HOME.opening == 0.08


@pytest.mark.parametrize("name", list(ROBOTS))
def test_a_robot_is_at_home_at_home_with_its_fingers_open(name: str) -> None:
    spec = ROBOTS[name]
    check_home(spec)
    simulation = Simulation(spec)
    simulation.reset(scene())
    position, yaw, opening = simulation.robot.pose()
    np.testing.assert_allclose(position, HOME_EE_POSITION, atol=1e-3)
    assert yaw == pytest.approx(0.0, abs=1e-3)
    assert opening == pytest.approx(spec.opening)
    np.testing.assert_allclose(simulation.robot.tool_direction(), (0, 0, -1), atol=1e-3)
    assert simulation.robot.joints() == spec.home
    simulation.close()


@pytest.mark.parametrize("name", list(ROBOTS))
def test_every_robot_reaches_all_of_the_workspace(name: str) -> None:
    simulation = Simulation(ROBOTS[name])
    simulation.reset(scene())
    for target in OVER_THE_WORKSPACE:
        simulation.robot.go_home()
        simulation.robot.appear_at(EndEffectorTarget(target, 0.5))
        position, yaw, _ = simulation.robot.pose()
        assert math.dist(position, target) < 0.002, target
        if ROBOTS[name].tool_axis:
            assert yaw == pytest.approx(0.5, abs=0.02), target
    simulation.close()


@pytest.mark.parametrize("name", ["panda", "iiwa"])
@pytest.mark.parametrize("opening", [0.0, 0.03, 0.08])
def test_the_fingers_open_as_far_as_they_are_asked_to(name: str, opening: float) -> None:
    simulation = Simulation(ROBOTS[name])
    simulation.reset(scene())
    simulation.robot.teleport(ROBOTS[name].home, opening)
    assert simulation.robot.pose()[2] == pytest.approx(opening)
    simulation.robot.teleport(ROBOTS[name].home, 0.2)
    assert simulation.robot.pose()[2] == pytest.approx(0.08)
    simulation.close()


@pytest.mark.parametrize("robot", [PANDA, IIWA])
@pytest.mark.parametrize("y", [-0.18, 0.0, 0.18])
@pytest.mark.parametrize("x", [0.34, 0.42])
def test_a_hand_tilts_about_the_line_of_its_fingers_near_the_robot(
    robot: RobotSpec, x: float, y: float
) -> None:
    simulation = Simulation(robot)
    simulation.reset(scene())
    assert simulation.state().ee_tilt == 0.0
    arm = simulation.robot
    for target in (EndEffectorTarget((x, y, 0.05), 0.3, 0.0, WIDEST.most_tilt),):
        for _ in range(25):
            simulation.move(target)
        position, yaw, _ = arm.pose()
        assert math.dist(position, target.position) < 0.006
        assert yaw == pytest.approx(0.3, abs=0.03)
        assert arm.tilt() == pytest.approx(WIDEST.most_tilt, abs=0.03)
    # It points back to the robot and down.
    along_x, along_y, along_z = arm.tool_direction()
    back = -math.sin(WIDEST.most_tilt)
    np.testing.assert_allclose(
        (along_x, along_y, along_z),
        (back * math.cos(0.3), back * math.sin(0.3), -math.cos(WIDEST.most_tilt)),
        atol=0.03,
    )
    assert simulation.state().ee_tilt == arm.tilt()
    simulation.close()

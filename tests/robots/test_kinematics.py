"""Forward kinematics agree with PyBullet's, for every robot and anywhere."""

import numpy as np
import pybullet as p
import pytest

from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.kinematics import Kinematics
from vlsim.scene.client import connect
from vlsim.scene.robot import Robot
from vlsim.seeding import stream
from vlsim.world.hand import HOME_EE_POSITION


@pytest.mark.parametrize("name", list(ROBOTS))
def test_the_hand_is_where_the_simulator_has_it(name: str) -> None:
    spec, client = ROBOTS[name], connect()
    robot, kinematics = Robot(client, spec), Kinematics(ROBOTS[name])
    rng = stream(0, "kinematics", name)
    places = spec.read_joints()
    for _ in range(20):
        joints = tuple(rng.uniform([j.low for j in places], [j.high for j in places]).tolist())
        robot.teleport(joints, 0.0)
        position, yaw, _ = robot.pose()
        found = kinematics.pose(joints)
        assert found[:3] == pytest.approx(position, abs=1e-5)
        if abs(robot.tilt()) < 1.5:
            assert np.cos(found[3] - yaw) == pytest.approx(1.0, abs=1e-6)
            assert found[4] == pytest.approx(robot.tilt(), abs=1e-4)
    p.disconnect(client)
    assert kinematics.pose(spec.home)[:3] == pytest.approx(HOME_EE_POSITION, abs=0.01)

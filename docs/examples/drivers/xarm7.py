"""A UFACTORY xArm by its SDK (pip install xarm-python-sdk). Untested on hardware.

    vlsim run runs/reach --robot xarm7:XArm --instruction "reach the red cube"

Millimetres and degrees are converted here. Policies have to be trained with your arm's `RobotSpec`
(docs/robots.md).
"""

import math

from pose_arm import PoseArm

HOST = "192.168.1.200"
OPEN = 850
"""Position of the open gripper in the SDK's units."""


class XArm(PoseArm):
    name = "xarm"

    def open(self):
        from xarm.wrapper import XArmAPI

        self.arm = XArmAPI(HOST)
        self.arm.motion_enable(True)
        # 1 is the servo mode, which takes a new target in every period.
        self.arm.set_mode(1)
        self.arm.set_state(0)
        self.arm.set_gripper_enable(True)

    def read(self):
        _, (x, y, z, _, pitch, yaw) = self.arm.get_position(is_radian=False)
        _, gripper = self.arm.get_gripper_position()
        pose = (x / 1e3, y / 1e3, z / 1e3, math.radians(yaw), math.radians(pitch))
        return pose, 0.08 * gripper / OPEN

    def write(self, pose, opening):
        x, y, z, yaw, tilt = pose
        # The tool points down at a roll of half a turn; pitch and yaw are then tilt and yaw.
        angles = [180.0, math.degrees(tilt), math.degrees(yaw)]
        self.arm.set_servo_cartesian([1e3 * x, 1e3 * y, 1e3 * z, *angles], is_radian=False)
        self.arm.set_gripper_position(OPEN * opening / 0.08, wait=False)

    def close(self):
        self.arm.set_state(4)
        self.arm.disconnect()

"""A Franka arm by franky (pip install franky-control). Untested on hardware.

    vlsim run zoo:demo --robot franka:Franka --instruction "put the red cube in the bowl"

franky plans every motion anew with Ruckig, within the limits of `relative_dynamics_factor`; the
real-time loop of 1 kHz is its own. Set the joint, force and Cartesian limits on the arm as well.
"""

import numpy as np
from pose_arm import TOOL_DOWN_XYZW, PoseArm

from vlsim.world.quaternion import turned_by

HOST = "172.16.0.2"


class Franka(PoseArm):
    name = "franka"

    def open(self):
        import franky

        self.franky = franky
        self.robot, self.gripper = franky.Robot(HOST), franky.Gripper(HOST)
        self.robot.relative_dynamics_factor = 0.1
        self.opening = self.gripper.width

    def read(self):
        pose = self.robot.current_pose.end_effector_pose
        # The hand's x axis: along the world's x at yaw 0, down when it leans away.
        x, y, z = np.array(pose.matrix)[:3, 0]
        yaw, tilt = np.arctan2(y, x), np.arctan2(-z, np.hypot(x, y))
        return (*pose.translation, yaw, tilt), self.gripper.width

    def write(self, pose, opening):
        x, y, z, yaw, tilt = pose
        to = self.franky.Affine([x, y, z], list(turned_by(TOOL_DOWN_XYZW, yaw, tilt)))
        self.robot.move(self.franky.CartesianMotion(to), asynchronous=True)
        # The gripper has no servo mode: it is told once where to go.
        if abs(opening - self.opening) > 0.01:
            self.opening = opening
            self.gripper.move_async(opening, 0.05)

    def close(self):
        self.robot.stop()

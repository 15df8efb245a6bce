"""A UR arm by ur-rtde (pip install ur-rtde), its gripper on a digital output. Untested on hardware.

    vlsim run runs/reach --robot ur:Ur --hz 100 --instruction "reach the red cube"

A digital input is the dead-man: the arm moves while somebody holds that switch. Policies have to be
trained with your arm's `RobotSpec` (docs/robots.md); name it in the wiring.
"""

import math
from dataclasses import replace

from pose_arm import TOOL_DOWN_XYZW, PoseArm

from vlsim.world.quaternion import in_world, turned_by

HOST, GRIPPER, DEAD_MAN = "192.168.0.10", 0, 0
PERIOD, LOOKAHEAD, GAIN = 0.01, 0.1, 300


class Ur(PoseArm):
    name = "ur"
    wiring = replace(PoseArm.wiring, robot="panda")  # your arm's, once it is registered
    opening = 0.08

    def open(self):
        from rtde_control import RTDEControlInterface
        from rtde_io import RTDEIOInterface
        from rtde_receive import RTDEReceiveInterface

        self.control, self.io = RTDEControlInterface(HOST), RTDEIOInterface(HOST)
        self.receive = RTDEReceiveInterface(HOST)

    @property
    def is_dead_man_held(self):
        return bool(self.receive.getActualDigitalInputBits() >> DEAD_MAN & 1)

    def read(self):
        x, y, z, *turn = self.receive.getActualTCPPose()
        along_x, along_y, along_z = in_world(quaternion_of(turn), (1.0, 0.0, 0.0))
        tilt = math.atan2(-along_z, math.hypot(along_x, along_y))
        return (x, y, z, math.atan2(along_y, along_x), tilt), self.opening

    def write(self, pose, opening):
        x, y, z, yaw, tilt = pose
        turn = rotation_vector(turned_by(TOOL_DOWN_XYZW, yaw, tilt))
        self.control.servoL([x, y, z, *turn], 0.0, 0.0, PERIOD, LOOKAHEAD, GAIN)
        self.io.setStandardDigitalOut(GRIPPER, opening < 0.04)
        self.opening = opening

    def close(self):
        self.control.servoStop()
        self.control.stopScript()


def rotation_vector(xyzw):
    x, y, z, w = xyzw
    sine = math.hypot(x, y, z)
    angle = 2 * math.atan2(sine, w)
    return [angle * part / (sine or 1.0) for part in (x, y, z)]


def quaternion_of(turn):
    angle = math.hypot(*turn)
    share = math.sin(angle / 2) / (angle or 1.0)
    return (*(share * part for part in turn), math.cos(angle / 2))

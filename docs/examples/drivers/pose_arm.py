"""What the arms here have in common: told poses of the hand, one camera, LeRobot's interface.

Untested on hardware. Copy it beside the driver of your arm.
"""

import threading
import time

import numpy as np

from vlsim.robots.wiring import OPENING_FEATURE, POSE_FEATURES, Wiring

TOOL_DOWN_XYZW = (1.0, 0.0, 0.0, 0.0)
"""Orientation of a tool that points down, x ahead: half a turn about x."""


class Camera(threading.Thread):
    """The newest picture of an OpenCV camera, and when it was there."""

    def __init__(self, index):
        super().__init__(daemon=True)
        import cv2

        self.capture, self.newest, self.over = cv2.VideoCapture(index), None, False

    def run(self):
        while not self.over:
            is_read, bgr = self.capture.read()
            if is_read:
                # OpenCV's pictures are BGR, policies read RGB.
                self.newest = time.monotonic(), np.ascontiguousarray(bgr[..., ::-1])
        self.capture.release()


class PoseArm:
    """Subclasses say how to open, read, write and close the arm; poses are x, y, z, yaw, tilt.

    Metres and radians in vlsim's base frame: x away from the robot, y to its left, z = 0 the table.
    If your arm's frame is another, turn and shift it in `read` and `write`.
    """

    name = "pose_arm"
    wiring = Wiring(robot="panda", cameras={"front": "front"}, time="time")
    camera_index = 0
    camera = None

    @property
    def action_features(self):
        return {feature.name: float for feature in (*POSE_FEATURES, OPENING_FEATURE)}

    @property
    def observation_features(self):
        return {**self.action_features, "time": float, "front": (480, 640, 3)}

    @property
    def is_connected(self):
        return self.camera is not None

    is_calibrated = True

    def connect(self, calibrate=True):
        self.open()
        self.camera = Camera(self.camera_index)
        self.camera.start()
        while self.camera.newest is None:
            time.sleep(0.01)

    def calibrate(self): ...

    def configure(self): ...

    def get_observation(self):
        taken, picture = self.camera.newest
        pose, opening = self.read()
        numbers = self.wiring.action([*pose, opening], by_joints=False)
        return {**numbers, "time": taken, "front": picture}

    def send_action(self, action):
        self.write(self.wiring.read_pose(action), self.wiring.read_opening(action))
        return action

    def disconnect(self):
        if self.camera is not None:
            self.camera.over = True
            self.camera = None
        self.close()

"""A robot shaped like LeRobot's SO-101, which is not imported: five joints in degrees, a gripper
from 0 to 100, and one camera. It stands where it was told to go."""

from typing import Any

import numpy as np

from vlsim.deploy.running.clock import SteppedClock
from vlsim.robots.wiring import Feature, Wiring

MOTORS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll")
WIRING = Wiring(
    "panda",
    {"front": "front"},
    pose=(),
    joints=tuple(Feature(f"{motor}.pos", "deg") for motor in MOTORS),
    opening=Feature("gripper.pos", "%"),
)


class So101:
    config_class = dict
    name = "so101_follower"

    def __init__(self) -> None:
        self.at = {**{f"{motor}.pos": 0.0 for motor in MOTORS}, "gripper.pos": 50.0}
        self.is_connected = False
        self.pictures = 0

    @property
    def observation_features(self) -> dict[str, Any]:
        return {**dict.fromkeys(self.at, float), "front": (4, 6, 3)}

    @property
    def action_features(self) -> dict[str, type]:
        return dict.fromkeys(self.at, float)

    @property
    def is_calibrated(self) -> bool:
        return True

    def connect(self, calibrate: bool = True) -> None:
        self.is_connected = True

    def calibrate(self) -> None: ...

    def configure(self) -> None: ...

    def get_observation(self) -> dict[str, Any]:
        self.pictures += 1
        return {**self.at, "front": np.full((4, 6, 3), self.pictures % 256, np.uint8)}

    def send_action(self, action: dict[str, Any]) -> dict[str, Any]:
        self.at = dict(action)
        return dict(action)

    def disconnect(self) -> None:
        self.is_connected = False


class Hand(So101):
    """The same, told poses; its camera, its clock and its dead-man can be troubled."""

    name = "hand"
    wiring = Wiring("panda")

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__()
        self.clock = clock
        self.at = {"ee.x": 0.5, "ee.y": 0.0, "ee.z": 0.2, "ee.yaw": 0.0, "ee.tilt": 0.0}
        self.at["gripper.pos"] = 0.08
        self.sent: list[dict[str, float]] = []
        self.frozen_from = self.broken_from = 10**9
        self.seconds = 0.0
        self.is_dead_man_held = True

    def get_observation(self) -> dict[str, Any]:
        seen = super().get_observation()
        if self.pictures >= self.frozen_from:
            seen["front"][:] = 7
        self.clock.sleep_until(self.clock.now() + self.seconds)
        return seen

    def send_action(self, action: dict[str, Any]) -> dict[str, Any]:
        if len(self.sent) >= self.broken_from:
            raise ConnectionError("the cable is out")
        self.sent.append(action)
        return super().send_action(action)

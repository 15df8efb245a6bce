"""An SO-101 by LeRobot (pip install "lerobot[feetech]", in an environment of its own). Untested.

    vlsim run runs/reach_so101 --robot so101:So101 --hz 30 --instruction "reach the red cube"

LeRobot's robot is taken as it is: all that vlsim has to know is how its features are called and in
which units they are. Policies have to be trained by `joint_delta` with a `RobotSpec` of the SO-101
that a plug-in registers as "so101" (docs/robots.md, docs/plugins.md).
"""

from lerobot.cameras.opencv.configuration_opencv import OpenCVCameraConfig
from lerobot.robots.so101_follower import SO101Follower, SO101FollowerConfig

from vlsim.robots.wiring import Feature, Wiring

MOTORS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll")


class So101(SO101Follower):
    wiring = Wiring(
        robot="so101",
        cameras={"front": "front"},
        pose=(),
        joints=tuple(Feature(f"{motor}.pos", "deg") for motor in MOTORS),
        opening=Feature("gripper.pos", "%"),
    )

    def __init__(self):
        front = OpenCVCameraConfig(index_or_path=0, width=640, height=480, fps=30)
        config = SO101FollowerConfig(
            port="/dev/ttyACM0", cameras={"front": front}, use_degrees=True, max_relative_target=10
        )
        super().__init__(config)

"""What a policy observes and what its actions mean, for envs and agents alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from vlsim.interface.action import ACTION_NAMES, steers_tilt

IMAGE = "image"
"""Front camera picture, (H, W, 3) uint8."""
INSTRUCTION = "instruction"
"""Token ids of the sentence, (L,) int64, 0 is padding."""
PROPRIO = "proprio"
"""End-effector position (metres, base frame), yaw (radians), gripper opening (metres), its tilt
(radians) where actions steer it, and the previous action; float32."""
PRIVILEGED = "privileged"
"""Facts for the critic and labels of the grounded objectives, only in training; float32."""
DEPTH = "depth"
"""Distance along the optical axis in metres, (H, W) float32, on request."""
SEGMENTATION = "segmentation"
"""Object index at each pixel, -1 for the rest, (H, W) int32, on request."""


def camera_key(kind: str, camera: str) -> str:
    """Return the key of a camera's picture: that of the front camera is the kind itself.

    >>> camera_key(IMAGE, "front"), camera_key(DEPTH, "wrist")
    ('image', 'depth_wrist')

    Args:
        kind: `IMAGE`, `DEPTH` or `SEGMENTATION`.
        camera: Name of the camera.
    """
    return kind if camera == "front" else f"{kind}_{camera}"


POSE_NAMES: tuple[str, ...] = ("x", "y", "z", "yaw", "opening")
"""Entries of `PROPRIO` before the previous action.

Where actions steer the tilt of the hand, it is a sixth.
"""


@dataclass(frozen=True)
class Channels:
    """What the entries of proprioception and actions are, in one task by one control mode.

    Environments, demonstrations, networks and bundles take the sizes of these arrays from here.
    """

    pose: tuple[str, ...]
    """What is measured of the hand."""
    action: tuple[str, ...]
    """What an action is made of."""

    @property
    def n_proprio(self) -> int:
        """Entries of `PROPRIO`: the pose and the previous action."""
        return len(self.pose) + len(self.action)

    @property
    def n_actions(self) -> int:
        """Entries of an action."""
        return len(self.action)


def channels(control: str, skills: Sequence[str], n_joints: int = 7) -> Channels:
    """Return what policies measure and do in a task.

    >>> channels("ee_delta", ("turn", "stand")).action
    ('dx', 'dy', 'dz', 'dyaw', 'gripper', 'dtilt')
    >>> channels("primitive", ("lift", "push")).n_actions
    6

    Args:
        control: Control mode.
        skills: Motions of the task.
        n_joints: Joints of the arm.
    """
    pose, action = POSE_NAMES, ACTION_NAMES[control]
    if control == "joint_delta":
        action = (*(f"joint_{number}" for number in range(1, n_joints + 1)), "gripper")
    elif control == "primitive" and len(skills) > 1:
        action = (*action, *skills)
    elif steers_tilt(control, skills):
        pose, action = (*pose, "tilt"), (*action, "dtilt")
    return Channels(pose, action)

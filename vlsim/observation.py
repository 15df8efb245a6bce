"""What a policy observes and what its actions mean, for envs and agents alike."""

from collections.abc import Collection

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


INSTRUCTION_LENGTH = 20
"""L: tokens of an instruction; a longer one is refused."""
EE_PROPRIO = 5
"""Entries of `PROPRIO` before the previous action: x, y, z, yaw, gripper opening.

Where actions steer the tilt of the hand, it is a sixth.
"""

ACTION_SIZES = {"ee_delta": 5, "primitive": 4, "joint_delta": 8, "planar": 2, "discrete": 1}
"""Entries of an action in each control mode, each in [-1, 1] except in `discrete`.

`ee_delta`: dx, dy, dz (1 is 5 cm), dyaw (1 is 0.25 rad), gripper (above 0 opens, else closes). In
a task with a motion of `TILTING` there is one entry more: dtilt (1 is 0.25 rad).
`primitive`: u, v of where to begin, u, v of where to end; -1 is the left or top edge of the
picture. The size is that of a task with one motion; with S > 1 motions an action has S entries
more, and the largest of them chooses the motion.
`joint_delta`: one entry a joint (1 is 0.2 rad, or 5 cm if it slides), gripper. The size is that of
an arm with seven joints; an arm with another number of joints has as many and one.
`planar`: dx, dy (1 is 2 cm) of the closed gripper or tip, at a fixed height.
`discrete`: the number of one of `DISCRETE_ACTIONS`.
"""
TILTING = ("stand",)
"""Motions for which the hand has to tilt, and `ee_delta` gets its sixth entry."""
DISCRETE_ACTIONS = ("stay", "+x", "-x", "+y", "-y", "+z", "-z", "open", "close")
"""What the numbers 0 to 8 of `discrete` do: wait, a step of 2 cm, or move the fingers."""
METRES_PER_DISCRETE_STEP = 0.02
"""Length of a step of `discrete`."""
METRES_PER_PLANAR_STEP = 0.02
"""What an entry of 1 in `planar` moves the target by."""
RADIANS_PER_JOINT_STEP = 0.2
"""What an entry of 1 in `joint_delta` turns the target of a joint by."""
METRES_PER_STEP = 0.05
"""What an entry of 1 in dx, dy or dz moves the target of the end effector by."""
RADIANS_PER_STEP = 0.25
"""What an entry of 1 in dyaw, or in dtilt, turns it by."""


def steers_tilt(control: str, skills: Collection[str]) -> bool:
    """Return whether actions say how far the hand tilts; then the pose has its tilt, too.

    >>> steers_tilt("ee_delta", ("turn",)), steers_tilt("ee_delta", ("turn", "stand"))
    (False, True)

    Args:
        control: Control mode.
        skills: Motions of the task.
    """
    return control == "ee_delta" and not set(TILTING).isdisjoint(skills)

"""What a policy observes: the same for every task."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.interface.action import POINTS, action_spec
from vlsim.skills import SKILLS

IMAGE = "image"
"""Front camera picture, (H, W, 3) uint8."""
INSTRUCTION = "instruction"
"""Token ids of the sentence, (`TEXT_LENGTH`,) int64, 0 is padding."""
PROPRIO = "proprio"
"""What is measured of the hand (`POSE_NAMES`), and the previous action; float32."""
STAGE = "stage"
"""Stages of the goal that are done, and how many there are, (2,) int64."""
SKILL_MASK = "skill_mask"
"""Which of `SKILLS` the task knows, (S,) int8."""
PRIVILEGED = "privileged"
"""Facts for the critic, only in training: `labels.FACT_NAMES`, float32."""
DEPTH = "depth"
"""Distance along the optical axis in metres, (H, W) float32, on request."""
SEGMENTATION = "segmentation"
"""Object index at each pixel, -1 for the rest, (H, W) int32, on request."""
TEXT_LENGTH = 128
"""Tokens of an observed sentence; no task says longer ones."""
POSE_NAMES = ("x", "y", "z", "yaw", "tilt", "opening")
"""Entries of `PROPRIO` before the previous action: metres, base frame; radians; metres."""
MOST_STAGES = 64
"""No goal has more stages."""


def camera_key(kind: str, camera: str) -> str:
    """Return the key of a camera's picture: that of the front camera is the kind itself.

    >>> camera_key(IMAGE, "front"), camera_key(DEPTH, "wrist")
    ('image', 'depth_wrist')

    Args:
        kind: `IMAGE`, `DEPTH` or `SEGMENTATION`.
        camera: Name of the camera.
    """
    return kind if camera == "front" else f"{kind}_{camera}"


@dataclass(frozen=True)
class Channels:
    """Names of the entries of proprioception and actions: of an environment, or of a network.

    An environment's are the same for all tasks; a network may read and give fewer of them.
    """

    pose: tuple[str, ...]
    """What is measured of the hand."""
    action: tuple[str, ...]
    """What an action is made of."""
    motion: str = ""
    """The one motion that a network always does by `primitive`; "" where its actions choose."""

    @property
    def n_proprio(self) -> int:
        """Entries of `PROPRIO`: the pose and the previous action."""
        return len(self.pose) + len(self.action)

    @property
    def n_actions(self) -> int:
        """Entries of an action."""
        return len(self.action)

    @property
    def n_joints(self) -> int:
        """Joints of the arm that an action of `joint_delta` turns; 0 in other control modes."""
        return sum(name.startswith("joint_") for name in self.action)

    def columns_in(self, whole: "Channels") -> tuple[list[int], list[int]]:
        """Return where its entries stand in another's `PROPRIO`, and in another's actions.

        >>> few = Channels(("x",), ("dy",))
        >>> few.columns_in(Channels(("x", "y"), ("dx", "dy")))
        ([0, 3], [1])

        Raises:
            InvalidValueError: If the other does not have one of them.
        """
        for names, known in ((self.pose, whole.pose), (self.action, whole.action)):
            for name in names:
                if name not in known:
                    raise InvalidValueError(
                        f"There is no channel '{name}'; known are {', '.join(known)}."
                    )
        pose = [whole.pose.index(name) for name in self.pose]
        action = [whole.action.index(name) for name in self.action]
        return [*pose, *(len(whole.pose) + i for i in action)], action


def undecided(few: Channels, whole: Channels) -> NDArray[np.float32]:
    """Return an action of which `few` decide only some entries, with what stands in the others.

    The hand does not tilt; no motion is meant but the one that is always done.

    >>> undecided(channels_for("primitive", ["lift"]), channels("primitive"))[4:].tolist()
    [-1.0, -1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0]

    Args:
        few: What a network decides.
        whole: What an environment's actions are made of.

    Returns:
        Shape (A,).
    """
    motions = {name: 1.0 if name == few.motion else -1.0 for name in SKILLS}
    return np.array([motions.get(name, 0.0) for name in whole.action], np.float32)


def channels(control: str, n_joints: int = 7) -> Channels:
    """Return what every environment with this control mode measures and does.

    >>> channels("primitive").n_actions
    13

    Args:
        control: Control mode.
        n_joints: Joints of the arm.
    """
    return Channels(POSE_NAMES, action_spec(control, n_joints).names)


def channels_for(control: str, skills: Sequence[str], n_joints: int = 7) -> Channels:
    """Return what a network needs of them for a task: no tilt where nothing is stood up.

    >>> channels_for("primitive", ["lift"]).action
    ('u0', 'v0', 'u1', 'v1')
    >>> channels_for("primitive", ["lift", "push"]).action
    ('u0', 'v0', 'u1', 'v1', 'lift', 'push')
    >>> channels_for("ee_delta", ["lift"]).action
    ('dx', 'dy', 'dz', 'dyaw', 'grip')

    Args:
        control: Control mode.
        skills: Motions of the task.
        n_joints: Joints of the arm.

    Raises:
        UnknownNameError: If there is no such control mode or motion.
    """
    whole = channels(control, n_joints)
    pose = _but(whole.pose, "tilt")
    if control == "primitive":
        for name in skills:
            _ = SKILLS[name]
        if len(skills) == 1:
            return Channels(pose, POINTS, motion=skills[0])
        return Channels(pose, (*POINTS, *skills))
    if control == "ee_delta" and any(SKILLS[name].tilts for name in skills):
        return whole
    return Channels(pose, _but(whole.action, "dtilt"))


def _but(names: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != left_out)

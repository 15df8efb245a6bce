"""Under which names a server reads observations, and what its actions mean: ours, or another's."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.action import RADIANS_PER_JOINT_STEP
from vlsim.interface.observation import IMAGE, POSE_NAMES, PROPRIO, camera_key
from vlsim.interface.policy import ANY, PolicySpec
from vlsim.registry import Registry
from vlsim.serving import libero
from vlsim.serving.description import PROMPT, SEED, Description
from vlsim.world.hand import MAX_OPENING

Row = Mapping[str, NDArray[Any]]
"""What is observed in one episode."""
YAW, OPENING = (POSE_NAMES.index(name) for name in ("yaw", "opening"))


class KeyLayout(Protocol):
    """How one row is sent, and how the actions that come back are read."""

    spec: PolicySpec
    width: int | None
    """Entries of an action that the server sends; None for any number."""
    reads_joints: bool
    """Whether a request holds the positions of the joints, which no observation has."""

    def request(
        self, row: Row, prompt: str, seed: int, joints: Sequence[float]
    ) -> dict[str, object]:
        """Return what is sent."""

    def actions(self, sent: NDArray[np.float32], row: Row) -> NDArray[np.float32]:
        """Return our actions (T, A) of what the server sent, (T, width)."""


class OwnLayout:
    """A server of vlsim, which says itself what it reads."""

    reads_joints = False

    def __init__(self, description: Description) -> None:
        """Take what the server said first."""
        self.spec = description.spec
        space = description.action_space
        n_channels = len(space["channels"]) if space else None
        self.width: int | None = 1 if space.get("choices") else n_channels

    def request(
        self, row: Row, prompt: str, seed: int, joints: Sequence[float]
    ) -> dict[str, object]:
        """Return the row as it is."""
        return {**row, PROMPT: prompt, SEED: seed}

    def actions(self, sent: NDArray[np.float32], row: Row) -> NDArray[np.float32]:
        """Return the actions as they are."""
        return sent


class Libero:
    """Policies for LIBERO, by openpi or others: a step of the hand, `ee_delta`."""

    spec = PolicySpec(
        "ee_delta", cameras={"front": libero.SIDE, "wrist": libero.SIDE}, rate_hz=ANY, chunk=5
    )
    width: int | None = libero.N_ACTIONS
    reads_joints = False

    def request(
        self, row: Row, prompt: str, seed: int, joints: Sequence[float]
    ) -> dict[str, object]:
        """Return what openpi's client for LIBERO sends."""
        return {
            libero.FRONT_IMAGE: row[camera_key(IMAGE, "front")],
            libero.WRIST_IMAGE: row[camera_key(IMAGE, "wrist")],
            libero.STATE: libero.state_of(row[PROPRIO]),
            PROMPT: prompt,
        }

    def actions(self, sent: NDArray[np.float32], row: Row) -> NDArray[np.float32]:
        """Return `ee_delta` actions."""
        return libero.to_ee_delta(sent, float(row[PROPRIO][YAW]))


class Droid:
    """Policies for DROID: velocities of the Panda's seven joints, and the gripper, `joint_delta`.

    A velocity of 1 is 0.2 rad a step, and a step of ours at most 0.1 rad: longer ones are shortened
    as a whole. The gripper is closed at 1.
    """

    spec = PolicySpec(
        "joint_delta", "panda", {"front": libero.SIDE, "wrist": libero.SIDE}, rate_hz=ANY, chunk=8
    )
    width: int | None = 8
    reads_joints = True
    radians = 0.2

    def request(
        self, row: Row, prompt: str, seed: int, joints: Sequence[float]
    ) -> dict[str, object]:
        """Return what openpi's client for DROID sends."""
        closed = 1.0 - float(row[PROPRIO][OPENING]) / MAX_OPENING
        return {
            "observation/exterior_image_1_left": row[camera_key(IMAGE, "front")],
            "observation/wrist_image_left": row[camera_key(IMAGE, "wrist")],
            "observation/joint_position": np.array(joints, np.float32),
            "observation/gripper_position": np.array([closed], np.float32),
            PROMPT: prompt,
        }

    def actions(self, sent: NDArray[np.float32], row: Row) -> NDArray[np.float32]:
        """Return `joint_delta` actions."""
        turns = sent[:, :7] * (self.radians / RADIANS_PER_JOINT_STEP)
        turns = turns / np.maximum(np.abs(turns).max(axis=1, keepdims=True), 1.0)
        grip = np.where(sent[:, 7:] > 0.5, -1.0, 1.0)
        return np.hstack([turns, grip]).astype(np.float32)


LAYOUTS: Registry[KeyLayout] = Registry("key layout")
"""Of servers that do not say what they read."""
LAYOUTS.add("libero", Libero())
LAYOUTS.add("droid", Droid())

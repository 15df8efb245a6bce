"""The keys and actions of LIBERO, as openpi's clients and servers have them, and ours beside them.

A state is the hand's position, its rotation as axis times angle, and the places of two fingers. An
action is a way (1 is 5 cm), a rotation as axis times angle (1 is 0.5 rad), both in the base frame,
and the gripper (-1 opens, 1 closes). Our hands yaw and tilt: the third rotation is left out.
"""

import math

import numpy as np
from numpy.typing import NDArray

from vlsim.interface.action import RADIANS_PER_STEP
from vlsim.world.hand import CLOSED, MAX_OPENING
from vlsim.world.quaternion import turned_by

FRONT_IMAGE, WRIST_IMAGE, STATE = (
    "observation/image",
    "observation/wrist_image",
    "observation/state",
)
SIDE = 224
"""Of its pictures, pixels."""
N_STATE, N_ACTIONS = 8, 7
RADIANS = 0.5
"""What an entry of 1 of the rotation turns by."""
DOWN_XYZW = (1.0, 0.0, 0.0, 0.0)
"""Of a hand that points down."""

Numbers = NDArray[np.float64]


def state_of(proprio: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return LIBERO's state of what is measured of our hand. Shape (8,), metres and radians.

    >>> state_of(np.array([0.3, 0, 0.2, 0, 0, 0.08], np.float32)).round(2).tolist()[3:]
    [3.140000104904175, 0.0, 0.0, 0.03999999910593033, -0.03999999910593033]

    Args:
        proprio: `POSE_NAMES`, and more behind them.
    """
    x, y, z, yaw, tilt, opening = proprio[:6].tolist()
    ax, ay, az, w = turned_by(DOWN_XYZW, yaw, tilt)
    angle = 2 * math.acos(min(max(w, -1.0), 1.0))
    scale = angle / max(math.sin(angle / 2), 1e-9)
    finger = opening / 2
    return np.array([x, y, z, ax * scale, ay * scale, az * scale, finger, -finger], np.float32)


def pose_of(state: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return our pose (`POSE_NAMES`) of LIBERO's state: yaw and tilt of where the hand points.

    >>> pose = np.array([0.3, 0.1, 0.2, 0.4, 0.3, 0.05], np.float32)
    >>> bool(np.allclose(pose_of(state_of(pose)), pose, atol=1e-5))
    True
    """
    ax, ay, az = state[3:6].astype(float).tolist()
    angle = math.sqrt(ax * ax + ay * ay + az * az)
    sin, cos = (math.sin(angle / 2) / angle if angle else 0.0), math.cos(angle / 2)
    x, y, z, w = ax * sin, ay * sin, az * sin, cos
    # Of Rz(yaw) Ry(tilt) Rx(pi): its first column is level and forward but for the tilt.
    forward = (1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w))
    yaw = math.atan2(forward[1], forward[0])
    tilt = math.atan2(-forward[2], math.hypot(forward[0], forward[1]))
    opening = min(max(float(state[6] - state[7]), CLOSED), MAX_OPENING)
    return np.array([*state[:3].tolist(), yaw, tilt, opening], np.float32)


def to_ee_delta(actions: NDArray[np.floating], yaw: float) -> NDArray[np.float32]:
    """Return `ee_delta` actions (T, 6) of LIBERO's (T, 7), for a hand with a yaw in radians.

    >>> to_ee_delta(np.array([[1, 0, -0.5, 0, 0.1, 0.2, -1]]), 0.0).round(2).tolist()[0]
    [1.0, 0.0, -0.5, 0.4000000059604645, 0.20000000298023224, 1.0]
    """
    rx, ry, rz = (actions[:, i] * (RADIANS / RADIANS_PER_STEP) for i in (3, 4, 5))
    tilt = math.cos(yaw) * ry - math.sin(yaw) * rx
    return np.column_stack([actions[:, :3], rz, tilt, -actions[:, 6]]).astype(np.float32)


def from_ee_delta(actions: NDArray[np.floating], yaw: float) -> NDArray[np.float32]:
    """Return LIBERO's actions (T, 7) of `ee_delta` (T, 6): what `to_ee_delta` undoes."""
    turn, lean = (actions[:, i] * (RADIANS_PER_STEP / RADIANS) for i in (3, 4))
    axes = (-math.sin(yaw) * lean, math.cos(yaw) * lean, turn)
    return np.column_stack([actions[:, :3], *axes, -actions[:, 5]]).astype(np.float32)

"""The state of a scene: what is where."""

import hashlib
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from vlsim.world.hand import HOME_EE_POSITION, MAX_OPENING, WIDEST, Hand
from vlsim.world.space import Array
from vlsim.world.things import (
    PLAIN,
    ObjectSpec,
)

MAX_OBJECTS = 8
"""Most objects of a scene."""

BELOW_TABLE = -0.02
"""Height of the centre of an object that has left the table, metres."""
REST_SPEED = 0.02
"""An object slower than this is at rest, metres per second."""

_ARRAYS = (
    "positions_world",
    "orientations_xyzw",
    "velocities_world",
    "joint_positions",
    "ee_position_world",
)


@dataclass(frozen=True, eq=False)
class SceneState:
    """All facts of one moment; K objects. Arrays are float64 and read-only.

    Args:
        specs: What the objects are, K of them.
        positions_world: Centres of the objects. Shape (K, 3), metres. A resting object's centre
            lies half its height above the table.
        orientations_xyzw: Shape (K, 4).
        velocities_world: Linear velocities, of a fixture that of its moving part. Shape (K, 3),
            metres per second.
        joint_positions: How far the moving parts of fixtures are from where they are at 0; 0 for
            objects without a joint. Shape (K,), metres.
        ee_position_world: Point between the fingertips. Shape (3,), metres.
        ee_yaw: Rotation of the gripper about z, radians.
        gripper_opening: Distance between the fingers, metres.
        ee_tilt: Rotation of the gripper about the line of its fingers, radians: 0 points down, more
            points back to the robot. 0 as long as nothing has tilted it.
        hand: The robot's, so that plans and motions fit it. No part of hash and JSON: scenes are
            drawn for the widest one.
    """

    specs: tuple[ObjectSpec, ...]
    positions_world: Array
    orientations_xyzw: Array
    velocities_world: Array
    joint_positions: Array
    ee_position_world: Array
    ee_yaw: float = 0.0
    gripper_opening: float = MAX_OPENING
    ee_tilt: float = 0.0
    hand: Hand = WIDEST

    def __post_init__(self) -> None:
        """Show arrays that cannot be written: a scene is kept in more places than one."""
        for name in _ARRAYS:
            if getattr(self, name).flags.writeable:
                shown = getattr(self, name).view()
                shown.flags.writeable = False
                object.__setattr__(self, name, shown)

    @cached_property
    def centres(self) -> list[list[float]]:
        """`positions_world` as numbers: reading two out of an array costs more than using them."""
        found: list[list[float]] = self.positions_world.tolist()
        return found

    def hold_world(self, index: int) -> Array:
        """Return where a hand takes hold of an object: its handle, or its centre. Shape (3,)."""
        joint = self.specs[index].joint
        if joint is None:
            return np.asarray(self.positions_world[index])
        position = self.joint_positions[index]
        offset = [at + position * along for at, along in zip(joint.handle, joint.axis, strict=True)]
        return np.asarray(self.positions_world[index] + self._turned(index, *offset))

    def joint_axis_world(self, index: int) -> Array:
        """Return the direction in which a fixture's joint position grows. Shape (3,), length 1."""
        joint = self.specs[index].joint
        assert joint is not None
        return self._turned(index, *joint.axis)

    def _turned(self, index: int, a: float, b: float, c: float) -> Array:
        """Return a vector of an object's own frame in the world frame. Shape (3,)."""
        x, y, z, w = self.orientations_xyzw[index].tolist()
        # Twice the cross product of the quaternion's axis with the vector, and again with that.
        i, j, k = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
        return np.array(
            [
                a + w * i + y * k - z * j,
                b + w * j + z * i - x * k,
                c + w * k + x * j - y * i,
            ]
        )

    def distance_xy(self, a: int, b: int) -> float:
        """Horizontal distance between the centres of objects a and b, metres."""
        return float(np.hypot(*(self.positions_world[a, :2] - self.positions_world[b, :2])))

    @property
    def lost_object(self) -> int | None:
        """Index of an object that has left the table, None if there is none."""
        return next((i for i, (_, _, z) in enumerate(self.centres) if z < BELOW_TABLE), None)

    def is_at_rest(self, index: int) -> bool:
        """Whether the object moves slower than `REST_SPEED`."""
        return math.hypot(*self.velocities_world[index].tolist()) < REST_SPEED

    def digest(self) -> str:
        """Hash of every bit of the state: equal digests mean equal scenes."""
        facts = (
            "|".join([s.words for s in self.specs]).encode(),
            self.positions_world.tobytes(),
            self.orientations_xyzw.tobytes(),
            self.velocities_world.tobytes(),
            self.ee_position_world.tobytes(),
            struct.pack("2d", self.ee_yaw, self.gripper_opening),
            # Without fixtures nothing, as in every version before there were any.
            self.joint_positions.tobytes() if any(s.joint for s in self.specs) else b"",
            # The same where no hand is tilted.
            struct.pack("d", self.ee_tilt) if self.ee_tilt else b"",
        )
        return hashlib.sha256(b"".join(facts)).hexdigest()[:16]

    def replace(self, **changes: Any) -> "SceneState":
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def only(self, indices: Sequence[int]) -> "SceneState":
        """Return the scene with these objects alone, in this order."""
        if list(indices) == list(range(len(self.specs))):
            return self
        chosen = list(indices)
        return self.replace(
            specs=tuple(self.specs[i] for i in chosen),
            positions_world=self.positions_world[chosen],
            orientations_xyzw=self.orientations_xyzw[chosen],
            velocities_world=self.velocities_world[chosen],
            joint_positions=self.joint_positions[chosen],
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain lists and numbers that `scene_from_json` turns into an equal state."""
        return {
            "objects": [
                {
                    "kind": s.kind,
                    "color": s.color,
                    "size": s.size,
                    **({} if s.material == PLAIN else {"material": s.material}),
                    "position": p,
                    "orientation_xyzw": q,
                    **({"joint_position": j} if s.joint else {}),
                }
                for s, p, q, j in zip(
                    self.specs,
                    self.positions_world.tolist(),
                    self.orientations_xyzw.tolist(),
                    self.joint_positions.tolist(),
                    strict=True,
                )
            ],
            "velocities": self.velocities_world.tolist(),
            "ee_position": self.ee_position_world.tolist(),
            "ee_yaw": self.ee_yaw,
            "gripper_opening": self.gripper_opening,
            **({"ee_tilt": self.ee_tilt} if self.ee_tilt else {}),
        }


def resting_scene(
    specs: tuple[ObjectSpec, ...], xy: Array, yaws: Array, joints: Array | None = None
) -> SceneState:
    """Return the scene in which every object rests on the table at xy (K, 2) with yaws (K,).

    `joints` are joint positions (K,), metres; without them all are 0.
    """
    k = len(specs)
    heights = np.array([s.height / 2 for s in specs]).reshape(k, 1)
    quaternions = np.zeros((k, 4))
    quaternions[:, 2], quaternions[:, 3] = np.sin(yaws / 2), np.cos(yaws / 2)
    return SceneState(
        specs=specs,
        positions_world=np.hstack([np.asarray(xy, float).reshape(k, 2), heights]),
        orientations_xyzw=quaternions,
        velocities_world=np.zeros((k, 3)),
        ee_position_world=np.array(HOME_EE_POSITION),
        joint_positions=np.zeros(k) if joints is None else np.asarray(joints, float),
    )

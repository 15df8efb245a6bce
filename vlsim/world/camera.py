"""Pinhole cameras: where they stand, and the way between pixels and the table top."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from vlsim.world.space import Array


@dataclass(frozen=True)
class Camera:
    """A square pinhole camera.

    Args:
        eye: Position, metres, in the frame of the mount.
        target: Point in the middle of the picture, metres, in the frame of the mount.
        fov_deg: Angle of view, the same in both directions, degrees.
        near: Closest distance that is drawn, metres.
        far: Farthest distance that is drawn, metres.
        up: Direction that points up in the picture, in the frame of the mount.
        mount: What it is fixed to: "world", or "hand", whose frame lies between the fingertips, z
            pointing out of the gripper and the fingers opening along y. A camera on the hand has
            to be `placed` before points of the world can be projected.
    """

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    fov_deg: float
    near: float = 0.05
    far: float = 4.0
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    mount: Literal["world", "hand"] = "world"

    def placed(self, position_world: Array, rotation_world: Array) -> "Camera":
        """Return the camera fixed to the world where its mount is now.

        Args:
            position_world: Origin of the mount's frame. Shape (3,), metres.
            rotation_world: Its axes, as columns. Shape (3, 3).
        """
        eye, target, up = (rotation_world @ np.array([self.eye, self.target, self.up]).T).T
        return replace(
            self,
            eye=tuple((position_world + eye).tolist()),
            target=tuple((position_world + target).tolist()),
            up=tuple(up.tolist()),
            mount="world",
        )

    def intrinsics(self, size: int) -> Array:
        """Return the matrix K (3, 3) of a picture with `size` pixels a side.

        `column, row, 1 = K @ (x, y, z)_camera / z`, and what lies there has the colour, the depth
        and the label of the pixel with these whole numbers. The renderer takes them on a pixel's
        lower left corner, not in its middle: hence the principal point. In image coordinates it is
        `u = 2 column / size - 1, v = 2 (row + 1) / size - 1`.
        """
        return _intrinsics(self.fov_deg, size).copy()

    @cached_property
    def extrinsics(self) -> Array:
        """The matrix (4, 4) from the mount's frame to the camera's: world to camera, if placed.

        In the camera's frame x points right, y down and z along the optical axis, as in OpenCV.
        """
        right, up, forward = self._axes
        matrix = np.eye(4)
        matrix[:3, :3] = right, -up, forward
        matrix[:3, 3] = -matrix[:3, :3] @ np.array(self.eye)
        matrix.flags.writeable = False
        return matrix

    def project(self, points_world: Array) -> Array:
        """Return image coordinates (..., 2) of points (..., 3), metres.

        -1 is the left or top edge of the picture, 1 the right or bottom one.
        """
        offset = points_world - np.array(self.eye)
        right, up, forward = self._axes
        half = np.tan(np.radians(self.fov_deg) / 2) * (offset @ forward)
        # Up is where rows of a picture are small.
        return np.stack([offset @ right / half, -(offset @ up) / half], axis=-1)

    def to_table(self, uv: Array, height: float = 0.0) -> Array:
        """Return the (x, y) at `height` (metres) that is seen at image coordinates uv (..., 2)."""
        rays = self.rays(np.asarray(uv, float))
        eye = np.array(self.eye)
        distance = (height - eye[2]) / rays[..., 2:]
        return np.asarray((eye + distance * rays)[..., :2])

    def rays(self, uv: Array) -> Array:
        """Return directions (..., 3), world frame, seen at image coordinates uv (..., 2)."""
        half = np.tan(np.radians(self.fov_deg) / 2)
        right, up, forward = self._axes
        return np.asarray(forward + half * (uv[..., :1] * right - uv[..., 1:] * up))

    @cached_property
    def _axes(self) -> tuple[Array, Array, Array]:
        forward = np.array(self.target) - np.array(self.eye)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, self.up)
        right /= np.linalg.norm(right)
        return right, np.cross(right, forward), forward


@lru_cache(maxsize=64)
def _intrinsics(fov_deg: float, size: int) -> Array:
    focal = size / 2 / np.tan(np.radians(fov_deg) / 2)
    return np.array([[focal, 0.0, size / 2], [0.0, focal, size / 2 - 1], [0.0, 0.0, 1.0]])


FRONT = Camera(eye=(1.16, 0.0, 0.95), target=(0.498, 0.0, 0.0), fov_deg=23.0)
"""What the policy sees: the workspace, as large as it fits."""
VIEWER = Camera(eye=(1.50, 0.60, 0.86), target=(0.32, 0.0, 0.18), fov_deg=37.0)
"""What people see: the arm, the table and the objects."""

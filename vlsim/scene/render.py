"""Pictures, depth and segmentation, drawn by PyBullet's software renderer."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pybullet as p
from numpy.typing import NDArray

from vlsim.scene.backdrop import Backdrop
from vlsim.scene.light import STUDIO, Light
from vlsim.world.camera import Camera


@dataclass(frozen=True, eq=False)
class Picture:
    """What one render gave: `rgb`, `depth` and `segmentation` are computed when they are read."""

    camera: Camera
    size: int
    _rgba: Any
    _depth: Any
    _segmentation: Any
    _backdrop: Backdrop | None = None

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """Shape (H, W, 3), uint8; a copy that stays valid."""
        rgba = np.asarray(self._rgba, np.uint8).reshape(self.size, self.size, 4)
        rgb = np.empty((self.size, self.size, 3), np.uint8)
        # Plane by plane: numpy copies three values at a time three to four times slower.
        for channel in range(3):
            rgb[:, :, channel] = rgba[:, :, channel]
        if self._backdrop is not None:
            rows, columns = np.nonzero(self.bodies < 0)
            uv = np.stack([columns, rows + 1], axis=1) / self.size * 2 - 1
            rgb[rows, columns] = self._backdrop.seen_along(self.camera.rays(uv))
        return rgb

    @property
    def depth(self) -> NDArray[np.float32]:
        """Distance along the optical axis. Shape (H, W), metres."""
        buffer = np.asarray(self._depth, np.float64).reshape(self.size, self.size)
        near, far = self.camera.near, self.camera.far
        return (far * near / (far - (far - near) * buffer)).astype(np.float32)

    @property
    def bodies(self) -> NDArray[np.int32]:
        """PyBullet's body id at each pixel, -1 for the background. Shape (H, W)."""
        return np.array(self._segmentation, np.int32).reshape(self.size, self.size)


def draw(
    camera: Camera,
    client: int,
    size: int,
    *,
    shadow: bool = False,
    light: Light = STUDIO,
    backdrop: Backdrop | None = None,
) -> Picture:
    """Draw what a camera sees.

    Args:
        camera: Fixed to the world.
        client: PyBullet's.
        size: Side of the picture, pixels.
        shadow: Whether things cast shadows.
        light: Where it comes from, and its colour.
        backdrop: What is behind everything, plain white if None.
    """
    view, projection = _matrices(camera)
    _, _, rgba, depth, segmentation = p.getCameraImage(
        size,
        size,
        view,
        projection,
        shadow=int(shadow),
        renderer=p.ER_TINY_RENDERER,
        physicsClientId=client,
        **light.arguments(),
    )
    return Picture(camera, size, rgba, depth, segmentation, backdrop)


@lru_cache(maxsize=64)
def _matrices(camera: Camera) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the view and projection matrices as PyBullet wants them."""
    view = p.computeViewMatrix(camera.eye, camera.target, camera.up)
    projection = p.computeProjectionMatrixFOV(camera.fov_deg, 1.0, camera.near, camera.far)
    return tuple(view), tuple(projection)

"""What is seen where nothing is: a picture all around the scene."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim.world import Array


@dataclass(frozen=True, eq=False)
class Backdrop:
    """The far surroundings of a scene.

    Args:
        color: Red, green and blue, each in [0, 1].
        texture: Multiplies the colour, by direction: columns go around the scene, rows from the
            zenith to the nadir. Shape (H, W, 3), uint8.
    """

    color: tuple[float, float, float]
    texture: NDArray[np.uint8]

    def seen_along(self, rays: Array) -> NDArray[np.uint8]:
        """Return the colours in the directions `rays` (N, 3), world frame. Shape (N, 3)."""
        height, width, _ = self.texture.shape
        around = np.arctan2(rays[:, 1], rays[:, 0]) / (2 * np.pi) + 0.5
        below = np.arccos(rays[:, 2] / np.linalg.norm(rays, axis=1)) / np.pi
        rows = np.minimum((below * height).astype(int), height - 1)
        columns = np.minimum((around * width).astype(int), width - 1)
        return np.asarray(self.texture[rows, columns] * np.array(self.color), np.uint8)

"""One motion of the arm, as data."""

import math
from dataclasses import dataclass

import numpy as np

from vlsim.world import Array, SceneState
from vlsim.world.camera import Camera


@dataclass(frozen=True)
class Motion:
    """One motion of the arm, from start to end or at its start; its skill's page says which.

    `start_world` and `end_world` are (x, y) on the table top, metres; the skill knows the heights.
    """

    name: str
    start_world: tuple[float, float]
    end_world: tuple[float, float]

    @property
    def angle(self) -> float:
        """Angle of the way from start to end, counter-clockwise from x, radians.

        A "turn" turns a thing by this much: one that ends straight away from the robot by nothing.
        """
        (sx, sy), (ex, ey) = self.start_world, self.end_world
        return math.atan2(ey - sy, ex - sx)

    def in_picture(self, camera: Camera) -> Array:
        """Return image coordinates u0 v0 u1 v1 of start and end, within the picture. Shape (4,)."""
        ends = np.array([[*self.start_world, 0.0], [*self.end_world, 0.0]])
        return np.clip(camera.project(ends).ravel(), -1.0, 1.0)


def pushed(skill: Motion, scene: SceneState) -> int | None:
    """Return the movable thing nearest to the middle of a way, None if there is none."""
    middle = [(a + b) / 2 for a, b in zip(skill.start_world, skill.end_world, strict=True)]
    found = [
        (math.dist(middle, xyz[:2]), i)
        for i, xyz in enumerate(scene.positions_world.tolist())
        if scene.specs[i].movable
    ]
    return min(found)[1] if found else None

"""What a camera shows of a scene."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vlsim.annotations.annotation import Thing
from vlsim.world import SceneState
from vlsim.world.camera import Camera

LEAST_SHARE = 0.2
"""A thing is seen if this share of the rectangle round it shows it, the rest of its outline, other
things and what lies outside the picture counting against it."""
_CORNERS = np.array(list(itertools.product((-1.0, 1.0), repeat=3)))


@dataclass(frozen=True, eq=False)
class View:
    """What a camera shows of a scene.

    Args:
        camera: What the picture was taken with.
        owners: Which object of the scene each pixel shows, -1 for none. Shape (S, S).
    """

    camera: Camera
    owners: NDArray[np.int8]

    def mask(self, index: int) -> NDArray[np.bool_]:
        """Return which pixels show an object. Shape (S, S)."""
        return np.asarray(self.owners == index)

    def things(self, scene: SceneState) -> tuple[Thing, ...]:
        """Return the objects that are seen, in the order of the scene."""
        centres = self.camera.project(scene.positions_world).tolist()
        counts = np.bincount(self.owners.ravel() + 1, minlength=len(scene.specs) + 1)[1:]
        rooms = self._rooms(scene)
        return tuple(
            Thing(i, spec.kind, spec.color, spec.size, spec.material, self._box(i), (u, v))
            for i, (spec, (u, v)) in enumerate(zip(scene.specs, centres, strict=True))
            if counts[i] > 0 and counts[i] >= LEAST_SHARE * rooms[i]
        )

    def _rooms(self, scene: SceneState) -> NDArray[np.float64]:
        """Return how many pixels the rectangle round each object has, in the picture or outside."""
        halves = np.array([(s.radius, s.radius, s.height / 2) for s in scene.specs]).reshape(-1, 3)
        corners = scene.positions_world[:, None] + halves[:, None] * _CORNERS
        uv = self.camera.project(corners)
        sides = (uv.max(axis=1) - uv.min(axis=1)) * len(self.owners) / 2
        return np.asarray(sides.prod(axis=1))

    def _box(self, index: int) -> tuple[float, float, float, float]:
        shown = self.mask(index)
        (rows,), (columns,) = np.nonzero(shown.any(axis=1)), np.nonzero(shown.any(axis=0))
        edges = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
        u0, v0, u1, v1 = (2 * edges / len(self.owners) - 1).tolist()
        return u0, v0, u1, v1

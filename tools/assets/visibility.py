"""Which faces of a mesh can be seen from outside: the others are not worth a triangle."""

from collections.abc import Sequence

import numpy as np
import pybullet as p
from numpy.typing import NDArray

from tools.assets.shapes import Floats, Mesh

DIRECTIONS = 48
"""From how many sides a face is looked at."""
RAYS = 8192
"""PyBullet casts at most 16,384 rays at a time."""
GAP = 2e-4
"""Rays end this far outside a face, metres."""
SPOTS = np.array([(i, j, 6 - i - j) for i in range(7) for j in range(7 - i)]) * 0.95 / 6 + 0.05 / 3
"""Places on a face, as weights of its corners (28, 3); one that is seen is enough."""


def visible_faces(meshes: Sequence[Mesh]) -> list[NDArray[np.bool_]]:
    """Say, for each mesh, which faces a ray from outside all of them reaches. Shapes (F,).

    A fifth of a stock link lies inside it, a third of the wrist.
    """
    starts = np.cumsum([0, *(len(m.points) for m in meshes)])
    points = np.concatenate([m.points for m in meshes])
    faces = np.concatenate([m.faces + n for m, n in zip(meshes, starts[:-1], strict=True)])
    seen = _seen(Mesh(points, faces))
    return np.split(seen, np.cumsum([len(m.faces) for m in meshes])[:-1])


def _seen(mesh: Mesh) -> NDArray[np.bool_]:
    normals, _ = mesh.normals_and_areas()
    corners = mesh.points[mesh.faces]
    seen = np.zeros(len(mesh.faces), bool)
    client = p.connect(p.DIRECT)
    try:
        shape = p.createCollisionShape(
            p.GEOM_MESH,
            vertices=mesh.points.tolist(),
            indices=mesh.faces.ravel().tolist(),
            physicsClientId=client,
        )
        p.createMultiBody(0, shape, physicsClientId=client)
        for weights in SPOTS:
            ends = np.einsum("k,fkd->fd", weights, corners) + GAP * normals
            for direction in _directions():
                candidates = np.flatnonzero(~seen & (normals @ direction > 0.1))
                for some in np.split(candidates, range(RAYS, len(candidates), RAYS)):
                    if len(some):
                        rays = (ends[some] + direction).tolist(), ends[some].tolist()
                        hits = p.rayTestBatch(*rays, physicsClientId=client)
                        seen[some] = [hit[0] < 0 for hit in hits]
    finally:
        p.disconnect(client)
    return seen


def _directions() -> Floats:
    """Return unit vectors spread evenly over the sphere (a Fibonacci spiral)."""
    index = np.arange(DIRECTIONS) + 0.5
    heights, turns = 1 - 2 * index / DIRECTIONS, np.pi * (1 + 5**0.5) * index
    radii = np.sqrt(1 - heights**2)
    return np.stack([radii * np.cos(turns), radii * np.sin(turns), heights], axis=1)

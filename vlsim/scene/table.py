"""The table: what it stands on is not shown, and its top is z = 0."""

from functools import cache
from typing import Any

import pybullet as p

COLOR = (0.80, 0.74, 0.66, 1.0)
WEST, EAST, SOUTH, NORTH = -0.45, 0.85, -0.60, 0.60
"""Where the table reaches in x and in y, metres; the arm stands at (0, 0)."""
DRAWN_THICKNESS = 0.04
SOLID_THICKNESS = 0.4
"""Metres. Through a table as thin as it looks, a pressed object can be pushed."""
FLOOR, FLOOR_REACH = -0.8, 9.0
"""Height of the floor, and how far it reaches along x and y to either side, metres."""
TABLE_FRICTION = 0.83
"""A thing that is pushed near its foot has to slide, and one that is tipped over must not.

With 0.9 tall things rock when the hand bends, and wedge themselves between palm and table; with
0.8 one in seven is not tipped over by a single motion, with 0.75 one in four.
"""
TILE = 0.6
"""Side of the square that a texture covers before it repeats, metres."""
SPLIT_X = 0.155
"""Just outside the front camera's view, as the large triangle's edges are there."""
Point = tuple[float, ...]


def add_floor(client: int) -> None:
    """Add the floor, which is not drawn: what leaves the table does not fall for ever."""
    shape = p.createCollisionShape(
        p.GEOM_BOX, halfExtents=(FLOOR_REACH, FLOOR_REACH, 0.5), physicsClientId=client
    )
    # Without any look of its own PyBullet would draw the shape that collides.
    speck = p.createVisualShape(p.GEOM_BOX, halfExtents=(1e-4,) * 3, physicsClientId=client)
    p.createMultiBody(0, shape, speck, (0, 0, FLOOR - 0.5), physicsClientId=client)


def add_table(client: int, *, collides: bool = True) -> int:
    """Add the table. Returns the body id."""
    visual = p.createVisualShape(p.GEOM_MESH, **_look(), rgbaColor=COLOR, physicsClientId=client)
    half = (EAST - WEST) / 2, (NORTH - SOUTH) / 2, SOLID_THICKNESS / 2
    shape = (
        p.createCollisionShape(
            p.GEOM_BOX,
            halfExtents=half,
            collisionFramePosition=(WEST + half[0], SOUTH + half[1], -half[2]),
            physicsClientId=client,
        )
        if collides
        else -1
    )
    body = p.createMultiBody(0, shape, visual, physicsClientId=client)
    if collides:
        p.changeDynamics(body, -1, lateralFriction=TABLE_FRICTION, physicsClientId=client)
    return int(body)


@cache
def _look() -> dict[str, Any]:
    """Return PyBullet's arguments, once: it never lets go of the lists that it was passed."""
    vertices, normals, triangles = table_mesh()
    return {
        "vertices": vertices,
        "normals": normals,
        "indices": [corner for triangle in triangles for corner in triangle],
        # Without a texture they change nothing, but PyBullet draws no mesh that has none.
        "uvs": [((x - WEST) / TILE, (y - SOUTH) / TILE) for x, y, _ in vertices],
    }


def table_mesh() -> tuple[list[Point], list[Point], list[tuple[int, int, int]]]:
    """Return vertices, normals and triangles of the top and the four sides.

    One triangle of the top fills the front camera's picture, and the bounding boxes of the other
    six lie outside it. PyBullet tries every pixel of a triangle's bounding box, so two triangles
    across the picture would cost an eighth more at 224 px.
    """
    middle = (SOUTH + NORTH) / 2
    # The other six reach 3 mm under the large one: no crack, and the same colour.
    reach = (NORTH - SOUTH) / 2 * (SPLIT_X - WEST) / (EAST - WEST) - 0.003
    top = [(WEST, middle), (EAST, SOUTH), (EAST, NORTH), (WEST, SOUTH), (WEST, NORTH)]
    top += [(SPLIT_X, y) for y in (SOUTH, NORTH, middle - reach, middle + reach)]
    triangles = [(0, 1, 2), (3, 5, 7), (3, 7, 0), (5, 1, 7), (4, 8, 6), (4, 0, 8), (6, 8, 2)]
    vertices: list[Point] = [(*corner, 0.0) for corner in top]
    normals: list[Point] = [(0.0, 0.0, 1.0)] * len(vertices)
    corners = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)]
    outward = [(0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)]
    for a, b, normal in zip(corners, corners[1:] + corners[:1], outward, strict=True):
        first = len(vertices)
        vertices += [(*corner, z) for corner in (a, b) for z in (-DRAWN_THICKNESS, 0.0)]
        normals += [normal] * 4
        triangles += [(first, first + 2, first + 3), (first, first + 3, first + 1)]
    return vertices, normals, triangles

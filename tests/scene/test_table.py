"""The table's mesh, and that it is solid."""

import itertools

import numpy as np
import pybullet as p
import pytest

from vlsim.scene import table
from vlsim.scene.client import connect
from vlsim.scene.table import add_table, table_mesh
from vlsim.world.camera import FRONT


def test_one_triangle_of_the_top_fills_the_front_cameras_picture() -> None:
    vertices, _, triangles = table_mesh()
    seen = FRONT.project(np.array(vertices)[np.array(triangles)])
    boxes_in_view = (seen.min(1) < 1).all(-1) & (seen.max(1) > -1).all(-1)

    assert boxes_in_view.tolist() == [True] + [False] * (len(triangles) - 1)
    a, b, c = seen[0]
    for corner in itertools.product((-1.0, 1.0), repeat=2):
        assert np.linalg.solve(np.array([b - a, c - a]).T, np.array(corner) - a).min() > 0
        assert np.linalg.solve(np.array([b - a, c - a]).T, np.array(corner) - a).sum() < 1


def test_every_triangle_faces_the_way_its_normals_point() -> None:
    vertices, normals, triangles = (np.array(part) for part in table_mesh())
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    outward = np.cross(b - a, c - a)

    assert ((outward * normals[triangles[:, 0]]).sum(-1) > 0).all()


def test_the_top_has_no_holes() -> None:
    vertices, _, triangles = (np.array(part) for part in table_mesh())
    top = vertices[triangles[(vertices[triangles][..., 2] == 0).all(-1)]][..., :2]
    x, y = np.meshgrid(
        np.linspace(table.WEST, table.EAST, 101), np.linspace(table.SOUTH, table.NORTH, 101)
    )
    points = np.stack([x, y], -1)[..., None, :]
    edges = np.roll(top, -1, 1) - top
    offsets = points[..., None, :] - top
    turn = edges[..., 0] * offsets[..., 1] - edges[..., 1] * offsets[..., 0]

    assert (turn >= -1e-9).all(-1).any(-1).all()


@pytest.mark.parametrize("height", [-table.SOLID_THICKNESS + 0.01, -0.001])
def test_the_table_is_solid_down_to_its_thickness(height: float) -> None:
    client = connect()
    try:
        body = add_table(client)
        probe = p.createCollisionShape(p.GEOM_SPHERE, radius=0.005, physicsClientId=client)
        ball = p.createMultiBody(0.1, probe, -1, (0.5, 0.1, height), physicsClientId=client)
        p.performCollisionDetection(physicsClientId=client)
        assert p.getContactPoints(body, ball, physicsClientId=client)
    finally:
        p.disconnect(client)

"""The objects on the table, as PyBullet bodies."""

import math
from pathlib import Path

import pybullet as p

from vlsim.scene.fixtures import add_fixture
from vlsim.scene.table import FRICTION
from vlsim.world import COLORS, KINDS, ObjectSpec

ASSETS = Path(__file__).parent / "assets"
MASS = 0.05
"""Mass of every movable object, kilograms."""
ANGULAR_DAMPING = 4.0
"""Per second. Stops rolling balls and rocking cylinders; rolling friction doubles a step's cost."""
BOWL_WALLS = 10
PRISM_SIDES = 12


def add_object(
    client: int,
    spec: ObjectSpec,
    position_world: tuple[float, float, float],
    orientation_xyzw: tuple[float, float, float, float],
    joint_position: float = 0.0,
    *,
    collides: bool = True,
) -> int:
    """Add one object with its centre at `position_world` (metres). Returns the body id.

    Pads have no collision shape: things rest on the table and are on the pad. Bowls do not move.
    Of fixtures only a part moves, along its joint.
    """
    if spec.joint:
        return add_fixture(
            client, spec, position_world, orientation_xyzw, joint_position, collides=collides
        )
    visual = visual_shape(client, spec.kind, spec.radius, spec.height, COLORS[spec.color])
    shape = _collision_shape(client, spec) if collides and spec.kind != "pad" else -1
    body = p.createMultiBody(
        MASS if collides and spec.movable else 0.0,
        shape,
        visual,
        position_world,
        orientation_xyzw,
        physicsClientId=client,
    )
    if shape >= 0:
        p.changeDynamics(
            body,
            -1,
            lateralFriction=FRICTION,
            angularDamping=ANGULAR_DAMPING,
            physicsClientId=client,
        )
    return int(body)


def visual_shape(
    client: int, kind: str, radius: float, height: float, color: tuple[float, float, float]
) -> int:
    """Add the look of a kind of object; lengths in metres. Returns the shape's id."""
    rgba = (*color, 1.0)
    if KINDS[kind].square:
        shape = p.createVisualShape(
            p.GEOM_BOX,
            halfExtents=(radius, radius, height / 2),
            rgbaColor=rgba,
            physicsClientId=client,
        )
    elif kind == "ball":
        shape = p.createVisualShape(
            p.GEOM_SPHERE, radius=radius, rgbaColor=rgba, physicsClientId=client
        )
    else:
        # PyBullet draws its own cylinder with rounded ends, as a capsule.
        shape = p.createVisualShape(
            p.GEOM_MESH,
            fileName=str(ASSETS / f"{kind}.obj"),
            meshScale=(radius, radius, height),
            rgbaColor=rgba,
            physicsClientId=client,
        )
    return int(shape)


def _collision_shape(client: int, spec: ObjectSpec) -> int:
    radius, height = spec.radius, spec.height
    if KINDS[spec.kind].square:
        half = (radius, radius, height / 2)
        return int(p.createCollisionShape(p.GEOM_BOX, halfExtents=half, physicsClientId=client))
    if spec.kind == "ball":
        return int(p.createCollisionShape(p.GEOM_SPHERE, radius=radius, physicsClientId=client))
    if spec.kind == "cylinder":
        return _prism(client, radius, height)
    return _ring_of_walls(client, spec)


def _prism(client: int, radius: float, height: float) -> int:
    """A cylinder that can stand still: Bullet's round one rocks on its edge for seconds."""
    angles = [2 * math.pi * i / PRISM_SIDES for i in range(PRISM_SIDES)]
    vertices = [
        (radius * math.cos(a), radius * math.sin(a), z)
        for z in (-height / 2, height / 2)
        for a in angles
    ]
    return int(p.createCollisionShape(p.GEOM_MESH, vertices=vertices, physicsClientId=client))


def _ring_of_walls(client: int, spec: ObjectSpec) -> int:
    """A bowl that things fall into: upright boxes around a circle; the table is its floor."""
    middle = (spec.radius + spec.inner_radius) / 2
    half = (
        (spec.radius - spec.inner_radius) / 2,
        middle * math.tan(math.pi / BOWL_WALLS),
        spec.height / 2,
    )
    angles = [2 * math.pi * i / BOWL_WALLS for i in range(BOWL_WALLS)]
    return int(
        p.createCollisionShapeArray(
            shapeTypes=[p.GEOM_BOX] * BOWL_WALLS,
            halfExtents=[half] * BOWL_WALLS,
            collisionFramePositions=[
                (middle * math.cos(a), middle * math.sin(a), 0.0) for a in angles
            ],
            collisionFrameOrientations=[
                (0.0, 0.0, math.sin(a / 2), math.cos(a / 2)) for a in angles
            ],
            physicsClientId=client,
        )
    )

"""The objects on the table, as PyBullet bodies."""

import math
from functools import cache
from pathlib import Path

import pybullet as p

from vlsim.scene.fixtures import FRICTION, add_fixture
from vlsim.scene.materials import shown, texture_of
from vlsim.scene.textures import LoadedTextures
from vlsim.world.things import COLORS, CYLINDER_SIDES, KINDS, ObjectSpec

ASSETS = Path(__file__).parent / "assets"
MASS, BALL_MASS = 0.25, 0.1
"""Of movable objects, kilograms. Lighter ones are pressed into the table; heavier balls jam."""
INERTIA = 2.0
"""Of what has edges, as a multiple of its shape's: with less, edges are pressed into the table."""
ANGULAR_DAMPING = 4.0
"""Per second. Stops rolling balls and rocking cylinders; rolling friction doubles a step's cost."""
BOWL_WALLS = 10
CROSS_WIDTH = 0.36
"""Half the width of a cross's arms, of its radius; its mesh has the same."""


def add_object(
    client: int,
    spec: ObjectSpec,
    position_world: tuple[float, float, float],
    orientation_xyzw: tuple[float, float, float, float],
    joint_position: float = 0.0,
    *,
    textures: LoadedTextures,
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
    texture = texture_of(spec.material)
    color = shown(COLORS[spec.color], spec.material)
    visual = visual_shape(
        client, spec.kind, spec.radius, spec.height, color, textured=texture is not None
    )
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
    if shape >= 0 and spec.movable:
        weigh(client, spec.kind, body)
    if texture is not None:
        p.changeVisualShape(
            body, -1, textureUniqueId=textures.number(texture), physicsClientId=client
        )
    return int(body)


def weigh(client: int, kind: str, body: int, factor: float = 1.0) -> None:
    """Give a movable object a multiple of the usual mass, and the inertia that goes with it."""
    # PyBullet computes the inertia of a shape when it gets a mass.
    mass = BALL_MASS if kind == "ball" else MASS
    p.changeDynamics(body, -1, mass=mass * factor, physicsClientId=client)
    if kind == "ball":
        return
    inertia = p.getDynamicsInfo(body, -1, physicsClientId=client)[2]
    p.changeDynamics(
        body,
        -1,
        localInertiaDiagonal=tuple(INERTIA * moment for moment in inertia),
        physicsClientId=client,
    )


def visual_shape(
    client: int,
    kind: str,
    radius: float,
    height: float,
    color: tuple[float, float, float],
    *,
    textured: bool = False,
) -> int:
    """Add the look of a kind of object; lengths in metres. Returns the shape's id.

    Of PyBullet's own shapes it is not known how a texture lies on them: where one is to come, all
    are meshes.
    """
    rgba = (*color, 1.0)
    square = KINDS[kind].square
    if square and not textured:
        shape = p.createVisualShape(
            p.GEOM_BOX,
            halfExtents=(radius, radius, height / 2),
            rgbaColor=rgba,
            physicsClientId=client,
        )
    elif kind == "ball" and not textured:
        shape = p.createVisualShape(
            p.GEOM_SPHERE, radius=radius, rgbaColor=rgba, physicsClientId=client
        )
    else:
        # PyBullet draws its own cylinder with rounded ends, as a capsule.
        shape = p.createVisualShape(
            p.GEOM_MESH,
            fileName=str(ASSETS / f"{'cube' if square else kind}.obj"),
            meshScale=(radius, radius, radius if kind == "ball" else height),
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
    if spec.kind == "cross":
        return _crossed_boxes(client, radius, height)
    if spec.inner_radius:
        return _ring_of_walls(client, spec)
    # What a file draws has the collision shape of a sheet around it: nothing enters a ring.
    file = str(ASSETS / f"{spec.kind}.obj")
    scale = (radius, radius, height)
    return int(
        p.createCollisionShape(p.GEOM_MESH, fileName=file, meshScale=scale, physicsClientId=client)
    )


def _crossed_boxes(client: int, radius: float, height: float) -> int:
    wide, far = CROSS_WIDTH * radius, math.sqrt(1 - CROSS_WIDTH**2) * radius
    return int(
        p.createCollisionShapeArray(
            shapeTypes=[p.GEOM_BOX] * 2,
            halfExtents=[(far, wide, height / 2), (wide, far, height / 2)],
            physicsClientId=client,
        )
    )


def _prism(client: int, radius: float, height: float) -> int:
    """A cylinder that can stand still: Bullet's round one rocks on its edge for seconds."""
    corners = _prism_corners(radius, height)
    return int(p.createCollisionShape(p.GEOM_MESH, vertices=corners, physicsClientId=client))


@cache  # A handful of sizes. PyBullet never lets go of the lists that it was passed.
def _prism_corners(radius: float, height: float) -> list[tuple[float, float, float]]:
    angles = [2 * math.pi * i / CYLINDER_SIDES for i in range(CYLINDER_SIDES)]
    return [
        (radius * math.cos(a), radius * math.sin(a), z)
        for z in (-height / 2, height / 2)
        for a in angles
    ]


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

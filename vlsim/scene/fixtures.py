"""Drawers, buttons and sliders as PyBullet bodies: a fixed base and a part on a sliding joint."""

from dataclasses import dataclass

import pybullet as p

from vlsim.world.things import COLORS, ObjectSpec

Point = tuple[float, float, float]
Rgba = tuple[float, float, float, float]

DARK: Rgba = (0.16, 0.16, 0.18, 1.0)
PALE: Rgba = (0.93, 0.92, 0.88, 1.0)
MASS = 2.0
"""Of the moving part, kilograms. Through the ends of its range the arm can press a light one: by
15 cm with 50 g, by 1 cm with this."""
JOINT_FRICTION = 2.0
"""What holds the moving part where it was left, newtons, besides its weight: less than a push."""
LIMIT_FORCE = 2e5
"""What the ends of the range hold against, newtons."""
FRICTION = 0.9
"""Of all that stands on the table."""
GRAVITY = 9.81
JOINT = 0
"""Every fixture's one joint, and the link behind it."""


@dataclass(frozen=True)
class Box:
    """A box between two corners in the fixture's frame, metres; z is above the table."""

    low: Point
    high: Point
    rgba: Rgba

    @property
    def half(self) -> Point:
        """Half the lengths of its edges."""
        x, y, z = ((b - a) / 2 for a, b in zip(self.low, self.high, strict=True))
        return x, y, z

    def centre(self, height: float) -> Point:
        """Its middle, seen from the centre of a fixture of this height."""
        x, y, z = ((a + b) / 2 for a, b in zip(self.low, self.high, strict=True))
        return x, y, z - height / 2


def add_fixture(
    client: int,
    spec: ObjectSpec,
    position_world: Point,
    orientation_xyzw: tuple[float, float, float, float],
    joint_position: float,
    *,
    collides: bool = True,
) -> int:
    """Add one fixture, its joint at `joint_position` (metres). Returns the body id."""
    joint = spec.joint
    assert joint is not None
    base, part = SHAPES[spec.kind](spec)
    shapes = [_collision_shape(client, spec, b) if collides else -1 for b in (base, part)]
    visuals = [_visual_shape(client, spec, b) for b in (base, part)]
    at_centre, upright = [(0.0, 0.0, 0.0)], [(0.0, 0.0, 0.0, 1.0)]
    body = p.createMultiBody(
        0.0,
        shapes[0],
        visuals[0],
        position_world,
        orientation_xyzw,
        linkMasses=[MASS],
        linkCollisionShapeIndices=[shapes[1]],
        linkVisualShapeIndices=[visuals[1]],
        linkPositions=at_centre,
        linkOrientations=upright,
        linkInertialFramePositions=at_centre,
        linkInertialFrameOrientations=upright,
        linkParentIndices=[0],
        linkJointTypes=[p.JOINT_PRISMATIC],
        linkJointAxis=[joint.axis],
        physicsClientId=client,
    )
    p.resetJointState(body, JOINT, joint_position, 0.0, physicsClientId=client)
    low, high = joint.range
    p.changeDynamics(
        body,
        JOINT,
        jointLowerLimit=low,
        jointUpperLimit=high,
        jointLimitForce=LIMIT_FORCE,
        lateralFriction=FRICTION,
        physicsClientId=client,
    )
    # A motor that wants no motion and has little force is dry friction.
    p.setJointMotorControl2(
        body,
        JOINT,
        p.VELOCITY_CONTROL,
        targetVelocity=0.0,
        force=JOINT_FRICTION + MASS * GRAVITY * abs(joint.axis[2]),
        physicsClientId=client,
    )
    return int(body)


def _drawer(spec: ObjectSpec) -> tuple[list[Box], list[Box]]:
    """A chest without a front, and in it a tray whose front has a handle for two fingers."""
    color, s, h = (*COLORS[spec.color], 1.0), spec.scale, spec.height
    back, front, side, wall = -0.036 * s, 0.036 * s, 0.036 * s, 0.004
    tray_side, floor, rim = side - wall - 0.001, 0.003, 0.030
    handle = front + 0.006
    chest = [
        Box((back, -side, 0.0), (back + wall, side, h), color),
        Box((back, -side, 0.0), (front, -side + wall, h), color),
        Box((back, side - wall, 0.0), (front, side, h), color),
        Box((back, -side, h - wall), (front, side, h), color),
    ]
    tray = [
        Box((back + wall, -tray_side, floor), (front, tray_side, floor + wall), PALE),
        Box((back + wall, -tray_side, floor), (front, -tray_side + wall, rim), PALE),
        Box((back + wall, tray_side - wall, floor), (front, tray_side, rim), PALE),
        Box((back + wall, -tray_side, floor), (back + 2 * wall, tray_side, rim), PALE),
        Box((front, -side, floor), (handle, side, h), color),
        Box((handle, -0.009, 0.014), (handle + 0.028 * s, 0.009, 0.042), DARK),
    ]
    return chest, tray


def _button(spec: ObjectSpec) -> tuple[list[Box], list[Box]]:
    """A dark plate, and a key that stands out of it and can be pressed into it."""
    side, cap, h = spec.radius, 0.020 * spec.scale, spec.height
    plate = [Box((-side, -side, 0.0), (side, side, 0.020), DARK)]
    key = [Box((-cap, -cap, 0.014), (cap, cap, h), (*COLORS[spec.color], 1.0))]
    return plate, key


def _slider(spec: ObjectSpec) -> tuple[list[Box], list[Box]]:
    """A coloured rail with a slot, and a lever that stands out of the slot."""
    color, s, h = (*COLORS[spec.color], 1.0), spec.scale, spec.height
    wide, long, slot = spec.radius, 0.075 * s, 0.062 * s
    rail = [
        Box((-wide, -long, 0.0), (wide, long, 0.012), color),
        Box((-0.005, -slot, 0.012), (0.005, slot, 0.0125), DARK),
    ]
    lever = [Box((-0.011, -0.010, 0.0128), (0.011, 0.010, h), PALE)]
    return rail, lever


SHAPES = {"drawer": _drawer, "button": _button, "slider": _slider}
"""Boxes of the base and of the moving part while the joint position is 0."""


def _visual_shape(client: int, spec: ObjectSpec, boxes: list[Box]) -> int:
    return int(
        p.createVisualShapeArray(
            shapeTypes=[p.GEOM_BOX] * len(boxes),
            halfExtents=[b.half for b in boxes],
            visualFramePositions=[b.centre(spec.height) for b in boxes],
            rgbaColors=[b.rgba for b in boxes],
            physicsClientId=client,
        )
    )


def _collision_shape(client: int, spec: ObjectSpec, boxes: list[Box]) -> int:
    return int(
        p.createCollisionShapeArray(
            shapeTypes=[p.GEOM_BOX] * len(boxes),
            halfExtents=[b.half for b in boxes],
            collisionFramePositions=[b.centre(spec.height) for b in boxes],
            physicsClientId=client,
        )
    )

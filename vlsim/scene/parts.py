"""What can be changed in a scene that stands: colours, friction, masses, the strength of motors."""

from collections.abc import Sequence
from pathlib import Path

import pybullet as p

from vlsim.scene.bodies import visual_shape, weigh
from vlsim.scene.fixtures import FRICTION
from vlsim.scene.materials import shown
from vlsim.scene.robot import POSITION_GAIN, Robot
from vlsim.scene.table import TABLE_FRICTION
from vlsim.scene.textures import LoadedTextures
from vlsim.world.things import COLORS, ObjectSpec

Color = tuple[float, float, float]


class Parts:
    """The arm, the objects and the table of one scene.

    What is changed lasts until the scene is built again. Factors refer to the usual values, not to
    those of the last change.
    """

    def __init__(
        self,
        client: int,
        robot: Robot,
        specs: Sequence[ObjectSpec],
        objects: Sequence[int],
        table: int,
        textures: LoadedTextures,
    ) -> None:
        """Remember the bodies."""
        self._client = client
        self._robot = robot
        self._specs = specs
        self._objects = objects
        self._table = table
        self._textures = textures

    def tint_object(self, index: int, shade: Sequence[float]) -> None:
        """Add `shade` (red, green, blue) to the colour of an object."""
        spec = self._specs[index]
        red, green, blue = (
            min(max(c + s, 0.0), 1.0) for c, s in zip(COLORS[spec.color], shade, strict=True)
        )
        color = shown((red, green, blue), spec.material)
        p.changeVisualShape(
            self._objects[index], -1, rgbaColor=(*color, 1.0), physicsClientId=self._client
        )

    def add_decoration(
        self, kind: str, xy: tuple[float, float], radius: float, height: float, color: Color
    ) -> None:
        """Stand something on the table that is drawn and nothing more: it touches nothing."""
        shape = visual_shape(self._client, kind, radius, height, color)
        p.createMultiBody(
            0.0, -1, shape, basePosition=(*xy, height / 2), physicsClientId=self._client
        )

    def cover_table(self, color: Color, texture: Path) -> None:
        """Give the table a colour, and a picture that multiplies it."""
        p.changeVisualShape(
            self._table,
            -1,
            rgbaColor=(*color, 1.0),
            textureUniqueId=self._textures.number(texture),
            physicsClientId=self._client,
        )

    def scale_friction(self, objects: Sequence[float], table: float, fingers: float) -> None:
        """Multiply the friction of every object, of the table and of the fingers."""
        usual = [FRICTION] * len(self._objects) + [TABLE_FRICTION]
        bodies, factors = (*self._objects, self._table), (*objects, table)
        for body, friction, factor in zip(bodies, usual, factors, strict=True):
            p.changeDynamics(
                body, -1, lateralFriction=friction * factor, physicsClientId=self._client
            )
        self._robot.scale_finger_friction(fingers)

    def scale_mass(self, objects: Sequence[float]) -> None:
        """Multiply the mass of every movable object, and with it its inertia."""
        for body, spec, factor in zip(self._objects, self._specs, objects, strict=True):
            if spec.movable:
                weigh(self._client, spec.kind, body, factor)

    def scale_gain(self, factor: float) -> None:
        """Multiply the position gain of all motors, from the next target on."""
        self._robot.gain = POSITION_GAIN * factor

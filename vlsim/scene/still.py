"""Pictures of scenes at rest, without physics: the cheapest teacher of what words look like."""

import numpy as np
import pybullet as p
from numpy.typing import NDArray

from vlsim.robots.catalogue import PANDA
from vlsim.robots.spec import RobotSpec
from vlsim.scene import bodies
from vlsim.scene.client import connect, stops_with
from vlsim.scene.render import Picture, draw
from vlsim.scene.robot import Robot
from vlsim.scene.table import add_table
from vlsim.scene.textures import LoadedTextures
from vlsim.world import MAX_OPENING, SceneState
from vlsim.world.camera import Camera
from vlsim.world.hand import EndEffectorTarget

POSES = 256
"""Arm poses that are solved once and then drawn from."""
POSE_LOW, POSE_HIGH = (0.30, -0.22, 0.03), (0.68, 0.22, 0.30)
"""Where the end effector is in those poses, metres."""


class StillScenes:
    """Draws many scenes, one after the other, with a new set of objects each time."""

    def __init__(self, robot: RobotSpec = PANDA) -> None:
        """Start a client with the robot and the table."""
        self._client = connect()
        self._stop = stops_with(self, self._client)
        add_table(self._client, collides=False)
        self._robot = Robot(self._client, robot)
        self._objects: list[int] = []
        self._textures = LoadedTextures(self._client)

    def arm_poses(self, rng: np.random.Generator) -> list[tuple[float, ...]]:
        """Return joint angles (radians) of `POSES` poses over the workspace."""
        poses = []
        for position in rng.uniform(POSE_LOW, POSE_HIGH, (POSES, 3)).tolist():
            self._robot.go_home()
            for _ in range(4):
                joints = self._robot.solve(EndEffectorTarget(tuple(position)))
                self._robot.teleport(joints, 0.0)
            poses.append(joints)
        return poses

    def draw(
        self,
        scene: SceneState,
        camera: Camera,
        size: int,
        joints: tuple[float, ...] | None = None,
    ) -> Picture:
        """Draw the objects of `scene`, the arm at `joints` (radians) or at home, the hand open."""
        for body in self._objects:
            p.removeBody(body, physicsClientId=self._client)
        if joints is None:
            self._robot.go_home()
        else:
            self._robot.teleport(joints, MAX_OPENING)
        self._objects = [
            bodies.add_object(
                self._client,
                spec,
                position,
                orientation,
                joint,
                textures=self._textures,
                collides=False,
            )
            for spec, position, orientation, joint in zip(
                scene.specs,
                scene.positions_world.tolist(),
                scene.orientations_xyzw.tolist(),
                scene.joint_positions.tolist(),
                strict=True,
            )
        ]
        return draw(camera, self._client, size)

    def owners(self, picture: Picture) -> NDArray[np.int8]:
        """Return which object of its scene each pixel of the last picture shows, -1 for none.

        Shape (H, W).
        """
        bodies = picture.bodies
        found = np.full(bodies.shape, -1, np.int8)
        for index, body in enumerate(self._objects):
            found[bodies == body] = index
        return found

    def close(self) -> None:
        """Stop the client; closing twice is fine."""
        self._stop()
        self._client = -1

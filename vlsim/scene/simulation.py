"""A running scene: the robot, the table and the objects, stepped by PyBullet."""

import math
from collections.abc import Callable

import numpy as np
import pybullet as p

from vlsim.errors import SimulationError
from vlsim.scene import bodies
from vlsim.scene.camera import Camera, Picture
from vlsim.scene.client import connect
from vlsim.scene.robot import EndEffectorTarget, Robot
from vlsim.scene.robot_spec import RobotSpec
from vlsim.scene.robots import PANDA
from vlsim.scene.table import add_table
from vlsim.world import REST_SPEED, SceneState

PHYSICS_HZ = 120
SUBSTEPS = 12
"""Physics steps per control step: the control rate is 10 Hz."""
SOLVER_ITERATIONS = 20
SUBSTEPS_PER_FRAME = 4


class Simulation:
    """One PyBullet client with one scene; `reset` gives the same bits whatever happened before."""

    def __init__(self, robot: RobotSpec = PANDA) -> None:
        """Start a client for one robot; nothing is in it before `reset`."""
        self._client = connect()
        self._objects: list[int] = []
        self._spec = robot
        self._robot: Robot | None = None
        self._specs: SceneState | None = None
        self.on_frame: Callable[[], None] | None = None
        """Called every `SUBSTEPS_PER_FRAME` physics steps, for filming."""

    @property
    def robot(self) -> Robot:
        """The robot."""
        if self._robot is None:
            raise SimulationError("The simulation is empty. Call reset first.")
        return self._robot

    def reset(self, scene: SceneState) -> None:
        """Build `scene` anew, the robot at home.

        Everything is rebuilt: teleported bodies and restored states differ in their last bits.
        """
        client = self._client
        if client < 0:
            raise SimulationError("The simulation is closed. Start another one.")
        p.resetSimulation(physicsClientId=client)
        p.setPhysicsEngineParameter(
            fixedTimeStep=1 / PHYSICS_HZ,
            numSolverIterations=SOLVER_ITERATIONS,
            deterministicOverlappingPairs=1,
            physicsClientId=client,
        )
        p.setGravity(0, 0, -9.81, physicsClientId=client)
        self._robot = Robot(client, self._spec)
        self._objects = [
            bodies.add_object(client, spec, position, orientation)
            for spec, position, orientation in zip(
                scene.specs,
                scene.positions_world.tolist(),
                scene.orientations_xyzw.tolist(),
                strict=True,
            )
        ]
        # Last, so that it is drawn last: what is hidden behind the rest is not shaded.
        add_table(client)
        self._specs = scene

    def move(self, target: EndEffectorTarget, substeps: int = SUBSTEPS) -> None:
        """Pull the end effector towards `target` for some physics steps."""
        self.move_joints(self.robot.solve(target), target.opening, substeps)

    def move_joints(
        self, joints: tuple[float, ...], opening: float, substeps: int = SUBSTEPS
    ) -> None:
        """Pull the joints (radians) and the fingers (metres) for some physics steps."""
        self.robot.drive(joints, opening)
        client = self._client
        for i in range(substeps):
            p.stepSimulation(physicsClientId=client)
            if self.on_frame is not None and (i + 1) % SUBSTEPS_PER_FRAME == 0:
                self.on_frame()

    def is_at_rest(self) -> bool:
        """Whether every object is at rest."""
        client = self._client
        return all(
            math.hypot(*p.getBaseVelocity(b, physicsClientId=client)[0]) < REST_SPEED
            for b in self._objects
        )

    def state(self) -> SceneState:
        """Return the facts of this moment."""
        client, before = self._client, self._specs
        if before is None:
            raise SimulationError("The simulation is empty. Call reset first.")
        rows = []
        for body in self._objects:
            xyz, xyzw = p.getBasePositionAndOrientation(body, physicsClientId=client)
            linear, _ = p.getBaseVelocity(body, physicsClientId=client)
            rows.append(xyz + xyzw + linear)
        position, yaw, opening = self.robot.pose()
        # The sum of all is finite only if each is, and is the cheapest thing to look at.
        if not math.isfinite(sum(map(sum, rows)) + sum(position) + yaw + opening):
            raise SimulationError("A position is not finite any more; the scene has blown up.")
        facts = np.array(rows).reshape(len(rows), 10)
        return SceneState(
            specs=before.specs,
            positions_world=facts[:, :3],
            orientations_xyzw=facts[:, 3:7],
            velocities_world=facts[:, 7:],
            ee_position_world=np.array(position),
            ee_yaw=yaw,
            gripper_opening=opening,
        )

    def render(self, camera: Camera, size: int, *, shadow: bool = False) -> Picture:
        """Draw the scene."""
        return camera.render(self._client, size, shadow=shadow)

    def segmentation(self, picture: Picture) -> np.ndarray:
        """Return the object index at each pixel of `picture`, -1 elsewhere. Shape (H, W), int32."""
        table = np.full(max(self._objects, default=0) + 2, -1, np.int32)
        for index, body in enumerate(self._objects):
            table[body] = index
        found = picture.bodies
        return table[np.where(found < len(table) - 1, found, -1)]

    def close(self) -> None:
        """Stop the client; closing twice is fine."""
        if self._client >= 0:
            p.disconnect(physicsClientId=self._client)
            self._client = -1

"""A running scene: the robot, the table and the objects, stepped by PyBullet."""

import math
from collections.abc import Callable

import numpy as np
import pybullet as p

from vlsim.errors import SimulationError
from vlsim.robots.catalogue import PANDA
from vlsim.robots.spec import RobotSpec
from vlsim.scene import bodies
from vlsim.scene.backdrop import Backdrop
from vlsim.scene.client import connect, stops_with
from vlsim.scene.fixtures import JOINT
from vlsim.scene.light import STUDIO
from vlsim.scene.parts import Parts
from vlsim.scene.render import Picture, draw
from vlsim.scene.robot import Robot
from vlsim.scene.table import add_floor, add_table
from vlsim.scene.textures import LoadedTextures
from vlsim.world import REST_SPEED, SceneState
from vlsim.world.camera import Camera
from vlsim.world.hand import EndEffectorTarget

PHYSICS_HZ = 120
SUBSTEPS = 12
"""Physics steps per control step: the control rate is 10 Hz."""
SOLVER_ITERATIONS = 20
CONTACT_ERP = 0.8
"""Share of a penetration that a physics step mends."""
SUBSTEPS_PER_FRAME = 4


class Simulation:
    """One PyBullet client with one scene; `reset` gives the same bits whatever happened before."""

    def __init__(self, robot: RobotSpec = PANDA) -> None:
        """Start a client for one robot; nothing is in it before `reset`."""
        self._client = connect()
        self._stop = stops_with(self, self._client)
        self._objects: list[int] = []
        self._fixtures: dict[int, int] = {}
        self.light = STUDIO
        self.backdrop: Backdrop | None = None
        self._spec = robot
        self._robot: Robot | None = None
        self._tilts = False
        self._parts: Parts | None = None
        self._specs: SceneState | None = None
        self.on_frame: Callable[[], None] | None = None
        """Called every `SUBSTEPS_PER_FRAME` physics steps, for filming."""

    @property
    def robot(self) -> Robot:
        """The robot."""
        if self._robot is None:
            raise SimulationError("The simulation is empty. Call reset first.")
        return self._robot

    @property
    def parts(self) -> Parts:
        """What can be changed in the scene without building it again."""
        if self._parts is None:
            raise SimulationError("The simulation is empty. Call reset first.")
        return self._parts

    def reset(self, scene: SceneState, start: EndEffectorTarget | None = None) -> None:
        """Build `scene` anew, the robot at home or at `start`, in the usual light.

        Everything is rebuilt: teleported bodies and restored states differ in their last bits.
        """
        client = self._client
        if client < 0:
            raise SimulationError("The simulation is closed. Start another one.")
        p.resetSimulation(physicsClientId=client)
        p.setPhysicsEngineParameter(
            fixedTimeStep=1 / PHYSICS_HZ,
            numSolverIterations=SOLVER_ITERATIONS,
            contactERP=CONTACT_ERP,
            deterministicOverlappingPairs=1,
            physicsClientId=client,
        )
        p.setGravity(0, 0, -9.81, physicsClientId=client)
        self._robot = Robot(client, self._spec)
        if start is not None:
            self._robot.appear_at(start)
        textures = LoadedTextures(client)
        self._objects = [
            bodies.add_object(client, spec, position, orientation, joint, textures=textures)
            for spec, position, orientation, joint in zip(
                scene.specs,
                scene.positions_world.tolist(),
                scene.orientations_xyzw.tolist(),
                scene.joint_positions.tolist(),
                strict=True,
            )
        ]
        self._fixtures = {i: self._objects[i] for i, spec in enumerate(scene.specs) if spec.joint}
        # Last, so that it is drawn last: what is hidden behind the rest is not shaded.
        table = add_table(client)
        add_floor(client)
        self._parts = Parts(client, self._robot, scene.specs, self._objects, table, textures)
        self._specs, self._tilts = scene, start is not None and start.tilt != 0.0
        self.light, self.backdrop = STUDIO, None

    def move(self, target: EndEffectorTarget, substeps: int = SUBSTEPS) -> None:
        """Pull the end effector towards `target` for some physics steps."""
        self._tilts = self._tilts or target.tilt != 0.0
        self.move_joints(self.robot.solve(target), target.opening, substeps)

    def move_joints(
        self, joints: tuple[float, ...], opening: float, substeps: int = SUBSTEPS
    ) -> None:
        """Pull the joints (radians) and the fingers (metres) for some physics steps."""
        self.robot.drive(joints, opening)
        self.wait(substeps)

    def wait(self, substeps: int = SUBSTEPS) -> None:
        """Let time pass; the robot goes on towards its last target."""
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
        ) and all(
            abs(p.getJointState(b, JOINT, physicsClientId=client)[1]) < REST_SPEED
            for b in self._fixtures.values()
        )

    def overlap(self, a: int, b: int) -> float:
        """Return how deep objects a and b are in each other, metres; a pad is in nothing."""
        bodies_of = self._objects[a], self._objects[b]
        points = p.getClosestPoints(*bodies_of, 0.0, physicsClientId=self._client)
        return max((-point[8] for point in points), default=0.0)

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
        joints = [0.0] * len(rows)
        for index, body in self._fixtures.items():
            # Of the base nothing moves: the velocity of a fixture is that of its moving part.
            link = p.getLinkState(body, JOINT, computeLinkVelocity=1, physicsClientId=client)
            rows[index] = (*rows[index][:7], *link[6])
            joints[index] = p.getJointState(body, JOINT, physicsClientId=client)[0]
        position, yaw, opening = self.robot.pose()
        # The sum of all is finite only if each is, and is the cheapest thing to look at.
        if not math.isfinite(sum(map(sum, rows)) + sum(joints) + sum(position) + yaw + opening):
            raise SimulationError("A position is not finite any more; the scene has blown up.")
        facts = np.array(rows).reshape(len(rows), 10)
        facts.flags.writeable = False
        return SceneState(
            specs=before.specs,
            positions_world=facts[:, :3],
            orientations_xyzw=facts[:, 3:7],
            velocities_world=facts[:, 7:],
            joint_positions=np.array(joints),
            ee_position_world=np.array(position),
            ee_yaw=yaw,
            # Where no hand is tilted on purpose, its last bits are no fact.
            ee_tilt=self.robot.tilt() if self._tilts else 0.0,
            gripper_opening=opening,
            hand=self.robot.spec.hand,
        )

    def render(self, camera: Camera, size: int, *, shadow: bool = False) -> Picture:
        """Draw the scene; the picture's own camera is fixed to the world."""
        if camera.mount == "hand":
            position, orientation = self.robot.hand()
            rotation = np.reshape(p.getMatrixFromQuaternion(orientation), (3, 3))
            camera = camera.placed(np.array(position), rotation)
        return draw(
            camera, self._client, size, shadow=shadow, light=self.light, backdrop=self.backdrop
        )

    def segmentation(self, picture: Picture) -> np.ndarray:
        """Return the object index at each pixel of `picture`, -1 elsewhere. Shape (H, W), int32."""
        table = np.full(max(self._objects, default=0) + 2, -1, np.int32)
        for index, body in enumerate(self._objects):
            table[body] = index
        found = picture.bodies
        return table[np.where(found < len(table) - 1, found, -1)]

    def close(self) -> None:
        """Stop the client; closing twice is fine."""
        self._stop()
        self._client = -1

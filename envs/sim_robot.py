"""A simulated robot behind the interface of a real one, with what goes wrong there."""

from collections import deque
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.running.clock import Clock
from vlsim.envs.ability import check_ability
from vlsim.envs.control import CONTROLS, Planar
from vlsim.envs.referee import Referee
from vlsim.envs.task import skills_of
from vlsim.envs.tasks import TASKS
from vlsim.errors import InvalidValueError
from vlsim.interface.cameras import CameraChoice, check_image_size, choose_cameras
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.driver import RobotAction, RobotObservation
from vlsim.robots.wiring import Feature, Wiring
from vlsim.scenarios.scenario import fit_scenario
from vlsim.scene.randomization.sensing import noisy_picture
from vlsim.scene.sim_arm import ROUNDING, SimArm
from vlsim.seeding import check_seed, stream
from vlsim.world import SceneState

TIME = "time"
"""Feature that says when the pictures were taken."""


@dataclass(frozen=True)
class Faults:
    """What goes wrong between a real arm and its computer.

    Args:
        camera_delay: From the moment of a picture until it can be read, seconds.
        camera_jitter: Mean of what comes on top of it, exponentially distributed, seconds.
        lost_frames: Share of the pictures that never arrive.
        lost_commands: Share of the commands that never arrive.
        pixel_noise: Standard deviation of a pixel, grey levels: no camera sends a picture twice.

    Raises:
        InvalidValueError: If a number is negative, or a share not below 1.
    """

    camera_delay: float = 0.05
    camera_jitter: float = 0.005
    lost_frames: float = 0.01
    lost_commands: float = 0.01
    pixel_noise: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no camera does."""
        for field in fields(self):
            value = getattr(self, field.name)
            most = 1.0 if field.name.startswith("lost") else np.inf
            if not 0.0 <= value < most:
                raise InvalidValueError(
                    f"{field.name} must be 0 or more{' and below 1' if most == 1 else ''}, got "
                    f"{value}."
                )


NO_FAULTS = Faults(0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Frame:
    """The pictures of all cameras at one moment, seconds since the robot was connected."""

    taken: float
    arrives: float
    pictures: dict[str, NDArray[np.uint8]]


class SimRobot:
    """An arm, a table and cameras in PyBullet that go on while the clock does.

    Observation: the pose of the hand (`ee.x`, …, metres and radians), the joints (`joint_1.pos`,
    …), `gripper.pos` (metres), the cameras, and `time`, when the pictures were taken. Action: the
    pose or the joints, and `gripper.pos`; the motors pull towards it until the next one.

    Args:
        task: What is on the table.
        clock: Time that the simulation follows.
        control: Control mode of the policy, which decides where the hand begins.
        instruction: A sentence that can be carried out in the scene; one is drawn if it is "".
        robot: Name of the robot.
        cameras: Cameras to look through, as for an environment.
        image_size: Side of the pictures, pixels.
        seed: Decides the scene and the faults.
        faults: What goes wrong.

    Raises:
        UnknownNameError: If there is no such task, control mode, robot or camera.
        InvalidValueError: If they do not go together.
        InstructionError: If the words cannot be understood or fit no scene.
    """

    name = "sim"

    def __init__(
        self,
        task: str,
        clock: Clock,
        control: str = "ee_delta",
        *,
        instruction: str = "",
        robot: str = "panda",
        cameras: CameraChoice = ("front",),
        image_size: int = 64,
        seed: int = 0,
        faults: Faults | None = None,
    ) -> None:
        """Draw a scene; nothing is simulated before `connect`."""
        chosen, spec = TASKS[task], ROBOTS[robot]
        make_control = CONTROLS[control]
        check_ability(chosen, control, spec)
        self._task = chosen
        self._spec = spec.with_firm_grip() if chosen.firm_grip else spec
        self._control = make_control(skills_of(chosen.scenario.goals), self._spec)
        self._scenario = fit_scenario(
            chosen.scenario, "seen", check_seed(seed), text=instruction or None
        )
        self._cameras = choose_cameras(cameras)
        self._size, self._seed = check_image_size(image_size), seed
        self._clock, self._faults = clock, faults or Faults()
        self.wiring = Wiring(
            robot,
            {name: name for name in self._cameras},
            joints=tuple(Feature(f"joint_{i + 1}.pos", "rad") for i in range(len(spec.joints))),
            time=TIME,
        )
        self._arm: SimArm | None = None

    @property
    def instruction(self) -> str:
        """What can be asked for in this scene, in words."""
        return self._scenario.instruction

    @property
    def initial_scene(self) -> SceneState:
        """Where it begins."""
        return self._scenario.scene

    @property
    def scene(self) -> SceneState:
        """The facts now, for tests and reports; no policy sees them."""
        return self._running.simulation.state()

    @property
    def is_success(self) -> bool:
        """Whether the instruction was carried out by the last observation, at any time."""
        return self._referee.success_once

    @property
    def observation_features(self) -> dict[str, Any]:
        """Numbers and pictures; see the class."""
        pictures = dict.fromkeys(self._cameras, (self._size, self._size, 3))
        return {**self._numbers(by_joints=True), **self._numbers(), TIME: float, **pictures}

    @property
    def action_features(self) -> dict[str, Any]:
        """The pose or the joints, and the opening."""
        return {**self._numbers(by_joints=True), **self._numbers()}

    def _numbers(self, by_joints: bool = False) -> dict[str, Any]:
        assert self.wiring.opening is not None
        parts = self.wiring.joints if by_joints else self.wiring.pose
        return {feature.name: float for feature in (*parts, self.wiring.opening)}

    @property
    def is_connected(self) -> bool:
        """Whether the simulation goes on."""
        return self._arm is not None

    @property
    def is_calibrated(self) -> bool:
        """Always."""
        return True

    def connect(self, calibrate: bool = True) -> None:
        """Begin the simulation: the arm at home, or where the control mode has it begin."""
        start = self._control.start if isinstance(self._control, Planar) else None
        self._arm = SimArm(self._spec, self._scenario.scene, start)
        simulation = self._arm.simulation
        self._referee = Referee(
            self._task, self._control.name, self._scenario.goal, simulation.state()
        )
        self._begun = self._clock.now()
        self._frames: deque[Frame] = deque()
        self._rng = stream(self._seed, "sim robot", "frames")
        self._commands = stream(self._seed, "sim robot", "commands")
        # There from the beginning, or there was nothing to see at first.
        self._shown = self._look(0.0, arrives=0.0)

    def calibrate(self) -> None:
        """Nothing: its numbers are exact."""

    def configure(self) -> None:
        """Nothing: there is one mode."""

    def get_observation(self) -> RobotObservation:
        """Return what is measured now, and the last pictures that have arrived.

        Raises:
            InvalidValueError: If the robot is not connected.
        """
        now = self._advance()
        simulation = self._running.simulation
        scene, robot = simulation.state(), simulation.robot
        self._referee.judge(scene)
        while self._frames and self._frames[0].arrives <= now + ROUNDING:
            # One that was overtaken by a later one is not shown any more.
            self._shown = max(self._shown, self._frames.popleft(), key=lambda frame: frame.taken)
        position, yaw, opening = robot.pose()
        pose = (*position, yaw, scene.ee_tilt)
        numbers = self.wiring.action([*pose, opening], by_joints=False)
        joints = self.wiring.action([*robot.joints(), opening], by_joints=True)
        return {
            **joints,
            **numbers,
            TIME: self._begun + self._shown.taken,
            **{name: picture.copy() for name, picture in self._shown.pictures.items()},
        }

    def send_action(self, action: RobotAction) -> RobotAction:
        """Let the motors pull towards a pose or towards joints; a lost command changes nothing.

        Raises:
            InvalidValueError: If it names neither, or a number is not finite.
        """
        wiring = self.wiring
        self._advance()
        by_joints = wiring.joints[0].name in action
        goal = wiring.read_joints(action) if by_joints else wiring.read_pose(action)
        opening = wiring.read_opening(action)
        if self._commands.random() >= self._faults.lost_commands:
            self._running.send((*goal, opening), by_joints=by_joints)
        return dict(action)

    def disconnect(self) -> None:
        """Stop the simulation; twice is fine."""
        if self._arm is not None:
            self._arm.simulation.close()
        self._arm = None

    @property
    def _running(self) -> SimArm:
        if self._arm is None:
            raise InvalidValueError("The robot 'sim' is not connected; call connect() first.")
        return self._arm

    def _advance(self) -> float:
        """Let the simulation catch up with the clock. Returns the time since it began."""
        passed = self._clock.now() - self._begun
        self._running.advance(passed, self._take_picture)
        return passed

    def _take_picture(self, now: float) -> None:
        faults, rng = self._faults, self._rng
        is_lost = rng.random() < faults.lost_frames
        arrives = now + faults.camera_delay + faults.camera_jitter * rng.standard_exponential()
        if not is_lost and self._cameras:
            self._frames.append(self._look(now, arrives))

    def _look(self, now: float, arrives: float) -> Frame:
        pictures = {}
        for name, camera in self._cameras.items():
            rgb = self._running.simulation.render(camera, self._size).rgb
            if self._faults.pixel_noise:
                rgb = noisy_picture(rgb, self._faults.pixel_noise, self._rng)
            pictures[name] = rgb
        return Frame(now, arrives, pictures)

"""The control loop: observe, check the age, ask the policy, filter, send; once a period."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.running.arm import Arm
from vlsim.deploy.running.cameras import CameraWatch
from vlsim.deploy.running.chunk import Chunks
from vlsim.deploy.running.clock import Clock
from vlsim.deploy.running.limits import Vector
from vlsim.deploy.running.safety_filter import TIME_OVER, Command, Decision, Motion
from vlsim.deploy.running.steering import Steering, check_action
from vlsim.errors import RobotError, VlsimError
from vlsim.interface.observation import IMAGE, PROPRIO, camera_key
from vlsim.interface.policy import ANY, Policy
from vlsim.interface.preprocess import fit_picture
from vlsim.robots.driver import Robot, RobotObservation
from vlsim.robots.kinematics import Kinematics
from vlsim.robots.wiring import Wiring

INTERRUPTED = "somebody pressed Ctrl-C"
FINISHED = "the policy's actions are done"


class Log(Protocol):
    """Takes note of every period."""

    def add(self, record: Mapping[str, Any], pictures: Mapping[str, NDArray[np.uint8]]) -> None:
        """Take note of one."""


@dataclass(frozen=True)
class Observed:
    """What a robot observed at one moment.

    Args:
        taken: When the pictures were taken, seconds of the clock.
        pictures: By the policy's names of the cameras.
        pose: Of the hand, as `POSE_NAMES`: metres and radians. Shape (6,).
        measured: What the arm's targets are compared with. Shape (n,).
    """

    taken: float
    pictures: dict[str, NDArray[np.uint8]]
    pose: Vector
    measured: Vector


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Args:
        reason: Why.
        periods: How many there were.
        missed: How many periods had no command, because an earlier one took too long.
        dropped: Actions that came too late.
        actions: Actions that were carried out.
        counts: How often each clamp acted, and why the arm held.
        seconds: What the parts of a period took, seconds.
    """

    reason: str
    periods: int
    missed: int
    dropped: int
    actions: int
    counts: Mapping[str, int]
    seconds: Mapping[str, list[float]]

    @property
    def is_good(self) -> bool:
        """Whether nothing had to be stopped."""
        return self.reason in (FINISHED, TIME_OVER)


class Senses:
    """Reads a robot's observations: pictures by camera, the hand's pose, the joints.

    Args:
        robot: What observes.
        wiring: How its features are called.
        kinematics: Where the hand is, for a robot that knows its joints only.
        by_joints: Whether targets are joints.
    """

    def __init__(
        self, robot: Robot, wiring: Wiring, kinematics: Kinematics | None, *, by_joints: bool
    ) -> None:
        """See the class."""
        self._robot, self._wiring, self._kinematics = robot, wiring, kinematics
        self._by_joints = by_joints

    def observe(self, clock: Clock) -> Observed:
        """Observe now.

        Raises:
            RobotError: If the robot's own code fails.
            InvalidValueError: If something is missing or of another form.
        """
        asked = clock.now()
        try:
            seen: RobotObservation = self._robot.get_observation()
        except VlsimError:
            raise
        except Exception as error:
            raise RobotError(
                f"The robot '{self._robot.name}' failed at get_observation: {error!r:.200}."
            ) from error
        wiring = self._wiring
        pictures = wiring.pictures(seen)
        joints, opening = wiring.read_joints(seen), wiring.read_opening(seen)
        if wiring.pose:
            pose = wiring.read_pose(seen)
        else:
            assert self._kinematics is not None
            pose = self._kinematics.pose(joints)
        measured = np.array([*(joints if self._by_joints else pose), opening])
        taken = float(seen[wiring.time]) if wiring.time else asked
        return Observed(taken, pictures, np.array([*pose, opening]), measured)


class ControlLoop:
    """Runs a policy on an arm.

    Args:
        policy: What acts.
        senses: What observes.
        arm: What moves.
        steering: From actions to targets.
        clock: Time.
        period: Seconds between two commands.
        action_seconds: Seconds between two actions; None where one is a whole motion.
        frozen: A camera that sends the same picture for so long stops the arm, seconds.
        choices: How many actions there are to choose from; 0 where an action is a row of numbers.
    """

    def __init__(
        self,
        policy: Policy,
        senses: Senses,
        arm: Arm,
        steering: Steering,
        clock: Clock,
        period: float,
        action_seconds: float | None,
        *,
        frozen: float,
        choices: int = 0,
    ) -> None:
        """Nothing happens yet."""
        self._policy, self._senses, self._arm = policy, senses, arm
        self._steering, self._clock, self._period = steering, clock, period
        self._chunks = Chunks(action_seconds)
        self._cameras = CameraWatch(frozen)
        self._choices = choices
        self._seconds: dict[str, list[float]] = {"observe": [], "infer": [], "period": []}

    def prepare(self, instruction: str, seed: int = 0) -> dict[str, NDArray[np.uint8]]:
        """Tell the policy what to do, and let it act once for nothing: first times are slow.

        Args:
            instruction: What the policy is told to do.
            seed: The policy's, if it has chance.

        Returns:
            What the cameras see.

        Raises:
            VlsimError: What a policy or a robot raised.
        """
        self._policy.reset([seed], [instruction])
        seen = self._senses.observe(self._clock)
        self._policy.act(self._observations(seen))
        self._policy.reset([seed], [instruction])
        # What was made until now stays: to look through all of it for waste takes several periods.
        gc.collect()
        gc.freeze()
        return seen.pictures

    def run(self, log: Log, most_actions: int = 0) -> Ending:
        """Run until the arm is stopped; brake before coming back, whatever happens.

        Args:
            log: Takes note of every period.
            most_actions: The run ends after so many actions; 0: after its time.

        Raises:
            VlsimError: What a policy or a robot raised; the arm has been stopped.
        """
        clock, safety = self._clock, self._arm.safety
        begun = due = clock.now()
        periods = missed = 0
        try:
            while not safety.stopped:
                clock.sleep_until(due)
                started = clock.now()
                self._tick(begun, log)
                periods += 1
                if most_actions and self._steering.n_done >= most_actions:
                    safety.stop(FINISHED)
                now = clock.now()
                self._seconds["period"].append(now - started)
                # One that ends late leaves out the periods that it has used up.
                late = max(int((now - due) / self._period), 0)
                missed += late
                due += (late + 1) * self._period
        except KeyboardInterrupt:
            safety.stop(INTERRUPTED)
        except VlsimError as error:
            safety.stop(str(error))
            raise
        finally:
            safety.stop("the loop broke off")
            self._arm.settle()
            gc.unfreeze()
        return Ending(
            safety.stopped,
            periods,
            missed,
            self._chunks.n_dropped,
            self._steering.n_done,
            dict(safety.counts),
            self._seconds,
        )

    def _tick(self, begun: float, log: Log) -> None:
        clock, arm = self._clock, self._arm
        now = clock.now()
        seen = self._senses.observe(clock)
        self._seconds["observe"].append(clock.now() - now)
        record: dict[str, Any] = {
            "t": now - begun,
            "taken": seen.taken - begun,
            "pose": seen.pose.tolist(),
            "measured": seen.measured.tolist(),
        }
        if camera := self._cameras.frozen(now, seen.pictures):
            arm.safety.stop(f"the camera '{camera}' is frozen: it sends the same picture")
        decision = self._act(seen, record)
        record |= {
            "setpoint": decision.setpoint.tolist(),
            "allowed": None if decision.allowed is None else decision.allowed.tolist(),
            "clamps": list(decision.clamps),
            "motion": decision.motion.value,
            "is_sent": arm.moves,
        }
        if decision.motion is Motion.STOPPED:
            record["stopped"] = arm.safety.stopped
        log.add(record, seen.pictures)

    def _act(self, seen: Observed, record: dict[str, Any]) -> Decision:
        arm, steering = self._arm, self._steering
        setpoint = arm.safety.setpoint
        if steering.wants_action and not arm.safety.stopped:
            action = self._next_action(seen, record)
            if action is None:
                return arm.hold("late_policy")
            record["action"] = action.tolist()
            if not np.isfinite(action).all():
                # As a command that is not finite, which the filter answers.
                return arm.command(Command(np.full_like(setpoint, np.nan), seen.taken))
            size = len(steering.previous)
            action = check_action(action, size, self._choices, self._policy.name)
            steering.take(action, setpoint)
        target = steering.target(setpoint, seen.measured)
        decision = arm.command(Command(target, seen.taken))
        steering.note(decision)
        record["target"] = target.tolist()
        return decision

    def _next_action(self, seen: Observed, record: dict[str, Any]) -> NDArray[np.float32] | None:
        if (action := self._chunks.next(self._clock.now())) is not None:
            return action
        asked = self._clock.now()
        actions = np.asarray(self._policy.act(self._observations(seen)), np.float32)
        seconds = self._clock.now() - asked
        self._seconds["infer"].append(seconds)
        record["infer_ms"] = 1e3 * seconds
        self._chunks.put(actions[0], asked)
        return self._chunks.next(self._clock.now())

    def _observations(self, seen: Observed) -> dict[str, NDArray[Any]]:
        """Return what the policy is shown: a batch of one."""
        pictures = {}
        for name, picture in seen.pictures.items():
            side = self._policy.spec.cameras.get(name, ANY)
            fitted = picture if side == ANY else fit_picture(picture, int(side))
            pictures[camera_key(IMAGE, name)] = fitted[None]
        proprio = np.concatenate([seen.pose, self._steering.previous])
        return {**pictures, PROPRIO: proprio.astype(np.float32)[None]}

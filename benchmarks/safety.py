"""A million commands through the safety filter to a simulated arm, and a watchdog that must bite.

All of them go through `Arm.command` with its filter and watchdog, at 30 Hz and full speed, to a
robot behind the interface of `vlsim.robots.driver`:

- nine tenths to a hand that stands where it is told to (`Stiff`), since physics takes most time;
- one tenth to `SimRobot` with inverse kinematics and PyBullet's physics, its cameras covered. How
  far its hand itself gets out of the box is measured beside: it follows as its motors can.

Commands come in bouts of up to 300 periods, in turns of seven kinds:

- `random`: anywhere in the box; `far`: anywhere within 10 m, or 1e300 away
- `jumps`: the corners of the box at random; `oscillation`: between two points, every period
- `late`: resting on observations of up to 2 s ago, or of the future
- `not finite`: good ones with a NaN or an infinity in between
- `silence`: good ones, then 3 to 10 periods without any, in which the watchdog looks four times a
  period, as its thread does

A stop is latched and ends the bout; a new filter takes over where the arm stands. In every other
bout the stop after 15 clamps in a row is off, so that the other limits have to hold by themselves.
Setpoints, which are what is sent, are checked exactly: box, speed and acceleration along each axis,
across bouts as well. The watchdog's thread, by the clock of the machine: benchmarks/watchdog.py.

    python -m benchmarks.safety --keep
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.result_file import keep_result
from vlsim.deploy.running.arm import Arm
from vlsim.deploy.running.clock import SteppedClock
from vlsim.deploy.running.limits import Axes, Limits, Vector, pose_axes
from vlsim.deploy.running.safety_filter import Command, SafetyFilter
from vlsim.envs.sim_robot import NO_FAULTS, SimRobot
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.driver import Robot, RobotAction, RobotObservation
from vlsim.robots.wiring import Wiring
from vlsim.seeding import stream
from vlsim.world.hand import HIGH, HOME, LOW

HZ = 30.0
BOUT = 300
"""Periods of one kind."""
KINDS = ("random", "far", "jumps", "oscillation", "late", "not finite", "silence")
LOOKS = 4
"""How often the watchdog looks in a period."""
ROUNDING = 1e-9


class Stiff:
    """A hand that stands where it is told to."""

    name = "stiff"
    is_connected = is_calibrated = True
    wiring = Wiring("panda", {})

    def __init__(self) -> None:
        """Stand at home."""
        values = [*HOME.position, HOME.yaw, HOME.tilt, HOME.opening]
        self._at = self.wiring.action(values, by_joints=False)
        self.observation_features = self.action_features = dict.fromkeys(self._at, float)

    def connect(self, calibrate: bool = True) -> None:
        """Nothing."""

    calibrate = configure = disconnect = connect

    def get_observation(self) -> RobotObservation:
        """Return where it stands."""
        return dict(self._at)

    def send_action(self, action: RobotAction) -> RobotAction:
        """Go there at once."""
        self._at = dict(action)
        return action


def blind(clock: SteppedClock) -> SimRobot:
    """Return the simulated robot with its cameras covered."""
    robot = SimRobot("reach", clock, image_size=32, faults=NO_FAULTS)
    robot._cameras = {}
    return robot


class Course:
    """The setpoints that were sent, and what each does to speed and acceleration.

    Args:
        start: Where the arm stands.
        period: Seconds.
    """

    def __init__(self, start: Vector, period: float) -> None:
        """See the class."""
        self.axes, self._period = pose_axes(Limits()), period
        self.last, self._speed = start, np.zeros_like(start)
        self.outside = self.too_fast = self.too_hard = self.periods = 0
        self.fastest = self.hardest = np.zeros_like(start)

    def add(self, setpoint: Vector) -> None:
        """Compare a setpoint with the box, and with the ones before."""
        speed = (setpoint - self.last) / self._period
        acceleration = (speed - self._speed) / self._period
        axes, self.periods = self.axes, self.periods + 1
        self.outside += bool((setpoint < axes.low).any() or (setpoint > axes.high).any())
        self.too_fast += bool((np.abs(speed) > axes.speed * (1 + ROUNDING)).any())
        self.too_hard += bool((np.abs(acceleration) > axes.acceleration * (1 + ROUNDING)).any())
        self.fastest = np.maximum(self.fastest, np.abs(speed))
        self.hardest = np.maximum(self.hardest, np.abs(acceleration))
        self.last, self._speed = setpoint, speed


def commands(
    kind: str, rng: np.random.Generator, axes: Axes, at: Vector
) -> Iterator[tuple[Vector | None, float]]:
    """Yield targets of a kind, (6,), with the ages of what they rest on.

    None is silence, with the periods that it lasts.
    """
    low, high = axes.low, axes.high
    one, two = rng.uniform(low, high, (2, len(low)))
    near = at.copy()
    for i in range(BOUT):
        age = 0.0
        near = np.clip(near + rng.uniform(-0.01, 0.01, len(low)), low, high)
        target = near
        if kind == "random":
            target = rng.uniform(low, high)
        elif kind == "far":
            target = rng.uniform(-10.0, 10.0, len(low)) * rng.choice([1.0, 1e300])
        elif kind == "jumps":
            target = np.where(rng.random(len(low)) < 0.5, low, high)
        elif kind == "oscillation":
            target = one if i % 2 else two
        elif kind == "late":
            age = float(rng.choice([0.0, rng.uniform(-1.0, 2.0), np.nan]))
        elif kind == "not finite" and rng.random() < 0.1:
            target = near.copy()
            target[rng.integers(len(low))] = rng.choice([np.nan, np.inf, -np.inf])
        elif kind == "silence" and rng.random() < 0.02:
            yield None, float(rng.integers(3, 11))
            continue
        yield target, age


def run(robot: Robot, clock: SteppedClock, n_commands: int) -> dict[str, Any]:
    """Send so many commands to a robot and return what was found."""
    period, wiring = 1.0 / HZ, robot.wiring  # type: ignore[attr-defined]
    robot.connect()
    axes = pose_axes(Limits(), ROBOTS["panda"].hand)
    seen = robot.get_observation()
    at = np.array([*wiring.read_pose(seen), wiring.read_opening(seen)])
    course = Course(np.clip(at, axes.low, axes.high), period)
    send = robot.send_action

    def note(action: RobotAction) -> RobotAction:
        course.add(np.array([*wiring.read_pose(action), wiring.read_opening(action)]))
        return send(action)

    robot.send_action = note  # type: ignore[method-assign]
    by_kind, counts = dict.fromkeys(KINDS, 0), Counter[str]()
    silences, bites, slowest, outside = 0, 0, 0.0, -np.inf
    bout = 0
    while sum(by_kind.values()) < n_commands:
        kind, rng = KINDS[bout % len(KINDS)], stream(0, "safety", bout)
        limits = Limits(clamps=15 if bout // len(KINDS) % 2 else 10**9)
        safety = SafetyFilter(axes, limits, period, course.last, np.inf)
        arm = Arm(robot, wiring, safety, clock, period, moves=True)
        for target, age in commands(kind, rng, axes, course.last):
            clock.sleep_until(clock.now() + period)
            if target is None:
                silences, begun = silences + 1, clock.now() - period
                for _ in range(round(age * LOOKS)):
                    arm.watch()
                    if safety.stopped:
                        bites += 1
                        slowest = max(slowest, (clock.now() - begun) / period)
                        break
                    clock.sleep_until(clock.now() + period / LOOKS)
                break
            by_kind[kind] += 1
            arm.command(Command(target, clock.now() - age))
            if by_kind[kind] % 5 == 0:
                hand = np.array(wiring.read_pose(robot.get_observation())[:3])
                outside = max(outside, float(np.maximum(LOW - hand, hand - HIGH).max()))
            if safety.stopped:
                break
        counts.update(safety.counts)
        counts["stops"] += bool(safety.stopped)
        safety.stop("the bout is over")
        arm.settle()
        bout += 1
    robot.disconnect()
    return {
        "robot": robot.name,
        "commands": sum(by_kind.values()),
        "setpoints": course.periods,
        "by_kind": by_kind,
        "outside_the_box": course.outside,
        "too_fast": course.too_fast,
        "too_hard": course.too_hard,
        "fastest_m_s": float(course.fastest[:3].max()),
        "hardest_m_s2": float(course.hardest[:3].max()),
        "silences": silences,
        "watchdog_stops": bites,
        "slowest_watchdog_stop_periods": slowest,
        "hand_outside_mm": 1e3 * max(outside, 0.0),
        "counts": dict(counts),
    }


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commands", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    arguments = parser.parse_args()
    begun, clock = time.monotonic(), SteppedClock()
    share = arguments.commands // 10
    found = {
        "runs": [
            run(Stiff(), SteppedClock(), arguments.commands - share),
            run(blind(clock), clock, share),
        ],
        "seconds": round(time.monotonic() - begun),
    }
    for name, value in found.items():
        print(f"{name}: {value}")
    if arguments.keep:
        keep_result("safety", found)


if __name__ == "__main__":
    main()

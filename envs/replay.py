"""A logged run, played against the simulator: the same setpoints, and where the hand then goes."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import dist
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.robots.spec import RobotSpec
from vlsim.scene.robot import HOME_TOLERANCE
from vlsim.scene.sim_arm import SimArm
from vlsim.world import SceneState
from vlsim.world.hand import HOME, EndEffectorTarget


def replay(
    steps: Iterable[Mapping[str, Any]], spec: RobotSpec, scene: SceneState, *, by_joints: bool
) -> Iterator[tuple[float, float]]:
    """Yield for each period its time, and how far the simulated hand is from the logged one.

    The hand begins where the log has it, or at home if that is near.

    Args:
        steps: Periods of a log, as `read_steps` yields them.
        spec: The robot.
        scene: What is on the table.
        by_joints: Whether the setpoints are joints.

    Yields:
        Seconds since the beginning, and metres.

    Raises:
        InvalidValueError: If there is no period, or one is not as a log has it.
    """
    steps = iter(steps)
    first = next(steps, None)
    if first is None:
        raise InvalidValueError("The log has no period to replay.")
    arm: SimArm | None = None
    try:
        for step in chain([first], steps):
            now, pose, setpoint = step["t"], step["pose"], step["setpoint"]
            if arm is None:
                arm = SimArm(spec, scene, _start(pose))
            arm.advance(now)
            yield now, dist(arm.pose()[:3], pose[:3])
            arm.send(setpoint, by_joints=by_joints)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidValueError(f"A period of the log cannot be read: {error!r:.120}.") from error
    finally:
        if arm is not None:
            arm.simulation.close()


def _start(pose: list[float]) -> EndEffectorTarget | None:
    x, y, z, yaw, tilt, opening = pose
    if dist((x, y, z), HOME.position) <= HOME_TOLERANCE:
        return None
    return EndEffectorTarget((x, y, z), yaw, opening, tilt)

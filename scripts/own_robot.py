"""Robots of one's own: `package.module:Class`, whatever returns a robot when it is called."""

from vlsim.agents.own_policy import is_own
from vlsim.errors import InvalidValueError, RobotError, UnknownNameError
from vlsim.robots.driver import Robot, Wired
from vlsim.scripts.own_code import call_own

SIM = "sim"


def load_robot(name: str) -> Robot:
    """Return the robot that calling `package.module:Class` without arguments returns.

    The module may lie in the current folder.

    Raises:
        UnknownNameError: If the name is no such path, or the module has nothing of that name.
        RobotError: If importing or calling it fails.
        InvalidValueError: If what it returns is no robot, or does not say how it is wired.
    """
    if not is_own(name):
        raise UnknownNameError("robot to run", name, [SIM, "package.module:Class"])
    robot = call_own("robot", name, RobotError)
    if not isinstance(robot, Robot):
        raise InvalidValueError(
            f"{name} must return a robot as LeRobot has it (vlsim.robots.driver), got "
            f"{robot!r:.80}."
        )
    if not isinstance(robot, Wired):
        raise InvalidValueError(
            f"The robot '{name}' needs an attribute 'wiring' that says what its features are "
            "(vlsim.robots.wiring, docs/robots_real.md)."
        )
    return robot

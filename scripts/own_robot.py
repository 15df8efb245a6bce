"""Robots of one's own: `package.module:Class`, whatever returns a robot when it is called."""

import importlib
import sys
from pathlib import Path
from typing import Any

from vlsim.agents.own_policy import is_own
from vlsim.errors import InvalidValueError, RobotError, UnknownNameError
from vlsim.robots.driver import Robot, Wired

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
    module_name, _, attribute = name.partition(":")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
        make = getattr(module, attribute, None)
        robot: Any = make() if callable(make) else None
    except Exception as error:
        raise RobotError(f"Cannot make the robot '{name}': {error!r:.200}.") from error
    if make is None:
        known = [known for known in vars(module) if not known.startswith("_")]
        raise UnknownNameError(f"robot in the module {module_name}", attribute, known)
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

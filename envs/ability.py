"""Which robot can do which task by which control mode: some cannot grasp, some have no arm."""

from collections.abc import Iterator
from itertools import product

from vlsim.envs.task import Task
from vlsim.errors import InvalidValueError
from vlsim.interface.action import CONTROL_NAMES
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.spec import RobotSpec
from vlsim.skills import SKILLS


def check_ability(task: Task, control: str, robot: RobotSpec) -> None:
    """Refuse what cannot be done.

    Raises:
        InvalidValueError: If the robot has no gripper for the task, cannot be moved by the control
            mode, or the task cannot be done by it; says what can be chosen instead.
    """
    can_push = control == "planar" and control in task.horizon
    grasps = not can_push and any(SKILLS[name].grasps for name in task.skills)
    if robot.gripper is None and grasps:
        able = [name for name, other in ROBOTS.items() if other.gripper]
        raise InvalidValueError(
            f"Robot '{robot.name}' has no gripper, so it cannot do the task '{task.name}'. "
            f"Robots that can: {', '.join(able)}."
        )
    if control not in robot.controls:
        raise InvalidValueError(
            f"Robot '{robot.name}' cannot be moved by control '{control}'. It has: "
            f"{', '.join(robot.controls)}."
        )
    if control not in task.horizon:
        raise InvalidValueError(
            f"The task '{task.name}' cannot be done by control '{control}'. Those that can: "
            f"{', '.join(task.horizon)}."
        )


def abilities(task: Task) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a registered robot and a control mode that can do a task."""
    for (name, robot), control in product(ROBOTS.items(), CONTROL_NAMES):
        try:
            check_ability(task, control, robot)
        except InvalidValueError:
            continue
        yield name, control

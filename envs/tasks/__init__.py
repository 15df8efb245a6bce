"""All tasks, by name. CONTRIBUTING.md says what a new task touches; a plug-in calls `add_task`."""

import gymnasium

from vlsim.envs import ENV_IDS, register_environment
from vlsim.envs.task import Task
from vlsim.envs.tasks.arrange import ARRANGE
from vlsim.envs.tasks.button import BUTTON
from vlsim.envs.tasks.drawer import DRAWER
from vlsim.envs.tasks.gather import GATHER
from vlsim.envs.tasks.lift import LIFT
from vlsim.envs.tasks.pick_place import PICK_PLACE
from vlsim.envs.tasks.push import PUSH
from vlsim.envs.tasks.reach import REACH
from vlsim.envs.tasks.sequence import SEQUENCE
from vlsim.envs.tasks.slide import SLIDE
from vlsim.envs.tasks.sort import SORT
from vlsim.envs.tasks.stack import STACK
from vlsim.envs.tasks.tabletop import TABLETOP
from vlsim.envs.tasks.turn import TURN
from vlsim.errors import InvalidValueError
from vlsim.registry import Registry

TASKS: Registry[Task] = Registry("task")
for _task in (
    REACH,
    PUSH,
    LIFT,
    PICK_PLACE,
    STACK,
    TURN,
    ARRANGE,
    DRAWER,
    BUTTON,
    SLIDE,
    GATHER,
    SORT,
    SEQUENCE,
    TABLETOP,
):
    TASKS.add(_task.name, _task)


def add_task(task: Task) -> Task:
    """Register a task of one's own under its name, and with Gymnasium under its `env_id`.

    Raises:
        InvalidValueError: If one of the two is taken.
    """
    if task.env_id in gymnasium.registry:
        raise InvalidValueError(f"The environment id '{task.env_id}' is registered already.")
    TASKS.add(task.name, task)
    ENV_IDS[task.name] = task.env_id
    register_environment(task.name, task.env_id)
    return task

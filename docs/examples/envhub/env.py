"""vlsim on LeRobot's EnvHub: put this file into a *model* repository of the Hugging Face Hub.

LeRobot downloads only this file and calls `make_env`; vlsim itself must be installed.
"""

from typing import Any

from vlsim.envs.lerobot import make_lerobot_envs

TASKS = "reach,push,pick_place"


def make_env(n_envs: int = 1, use_async_envs: bool = False, cfg: Any = None) -> dict[str, Any]:  # noqa: ANN401
    """Return `{task: {0: vector environment}}` for the tasks in `cfg.task`, or for all three."""
    tasks = getattr(cfg, "task", None) or TASKS
    return make_lerobot_envs(tasks.split(","), n_envs, use_async_envs)

"""Gymnasium environments: `gymnasium.make("vlsim/PickPlace-v0")` after `import vlsim`."""

from typing import TYPE_CHECKING, Any

import gymnasium

if TYPE_CHECKING:
    from vlsim.envs.tabletop import TabletopEnv

ENV_IDS = {
    "reach": "vlsim/Reach-v0",
    "push": "vlsim/Push-v0",
    "lift": "vlsim/Lift-v0",
    "pick_place": "vlsim/PickPlace-v0",
    "stack": "vlsim/Stack-v0",
    "turn": "vlsim/Turn-v0",
    "arrange": "vlsim/Arrange-v0",
    "drawer": "vlsim/Drawer-v0",
    "button": "vlsim/Button-v0",
    "slide": "vlsim/Slide-v0",
    "gather": "vlsim/Gather-v0",
    "sort": "vlsim/Sort-v0",
    "sequence": "vlsim/Sequence-v0",
    "tabletop": "vlsim/Tabletop-v0",
}
"""The environment id of every task. The version in it rises when results would change."""


def register_environments() -> None:
    """Tell Gymnasium the ids; the simulator is imported only when one is made."""
    for task, env_id in ENV_IDS.items():
        register_environment(task, env_id)


def register_environment(task: str, env_id: str) -> None:
    """Tell Gymnasium the id of one task's environment."""
    gymnasium.register(env_id, entry_point="vlsim.envs:make_env", kwargs={"task": task})


def make_env(task: str, control: str = "ee_delta", **options: Any) -> "TabletopEnv":
    """Return the environment of a task.

    Args:
        task: Its name.
        control: Control mode.
        options: The other fields of `vlsim.envs.config.EnvConfig`.
    """
    from vlsim.envs.config import EnvConfig
    from vlsim.envs.tabletop import TabletopEnv

    return TabletopEnv(EnvConfig(task, control, **options))


# Reached through the link vlsim/envs, never as `envs`: two copies of a class are two classes.
if __name__ != "vlsim.envs":
    raise ImportError(f"Import 'vlsim.envs', not '{__name__}'.")

"""Gymnasium environments: `gymnasium.make("vlsim/PickPlace-v1")` after `import vlsim`."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlsim.envs.tabletop import TabletopEnv

ENV_IDS = {
    "reach": "vlsim/Reach-v1",
    "push": "vlsim/Push-v1",
    "lift": "vlsim/Lift-v1",
    "pick_place": "vlsim/PickPlace-v1",
    "stack": "vlsim/Stack-v1",
    "turn": "vlsim/Turn-v1",
    "arrange": "vlsim/Arrange-v1",
    "drawer": "vlsim/Drawer-v1",
    "button": "vlsim/Button-v1",
    "slide": "vlsim/Slide-v1",
    "gather": "vlsim/Gather-v1",
    "sort": "vlsim/Sort-v1",
    "sequence": "vlsim/Sequence-v1",
    "tabletop": "vlsim/Tabletop-v1",
}
"""The environment id of every task. The version in it rises when results would change."""


def register_environments() -> None:
    """Tell Gymnasium the ids; the simulator is imported only when one is made.

    A robot's computer has no Gymnasium, and makes no environments.
    """
    if find_spec("gymnasium") is None:
        return
    for task, env_id in ENV_IDS.items():
        register_environment(task, env_id)


def register_environment(task: str, env_id: str) -> None:
    """Tell Gymnasium the id of one task's environment."""
    import gymnasium

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

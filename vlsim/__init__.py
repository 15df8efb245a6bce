"""An open simulator for robots that follow instructions.

>>> import vlsim
>>> vlsim.ObjectSpec("cube", "red").movable
True

Importing it makes the environments known to Gymnasium and imports neither torch nor the simulator;
`gymnasium.make("vlsim:vlsim/PickPlace-v1")` imports it by itself.
"""

import importlib
from typing import TYPE_CHECKING, Any

from vlsim.envs import register_environments
from vlsim.errors import VlsimError
from vlsim.plugins import load_plugins
from vlsim.world import SceneState
from vlsim.world.things import ObjectSpec

if TYPE_CHECKING:
    from vlsim.agents.load import load_policy
    from vlsim.deploy.bundle import load_bundle
    from vlsim.evaluation.rollout import evaluate
    from vlsim.free_text.understand import parse, understand
    from vlsim.goals import Goal
    from vlsim.language.writer import realise
    from vlsim.records import Episode

__all__ = [
    "Episode",
    "Goal",
    "ObjectSpec",
    "SceneState",
    "VlsimError",
    "evaluate",
    "load_bundle",
    "load_policy",
    "parse",
    "realise",
    "understand",
]
__version__ = "0.1.0"

_LAZY = {
    "Episode": "vlsim.records",
    "Goal": "vlsim.goals",
    "evaluate": "vlsim.evaluation.rollout",
    "load_bundle": "vlsim.deploy.bundle",
    "load_policy": "vlsim.agents.load",
    "parse": "vlsim.free_text.understand",
    "realise": "vlsim.language.writer",
    "understand": "vlsim.free_text.understand",
}

register_environments()


def __getattr__(name: str) -> Any:  # noqa: ANN401, the type of a name is not known before it is asked for
    """Import a public name when it is first used."""
    if name not in _LAZY:
        raise AttributeError(f"module 'vlsim' has no attribute '{name}'")
    value = getattr(importlib.import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names alone, also those that are not imported yet."""
    return sorted([*__all__, "__version__"])


# Last, when everything above is there: plug-ins import vlsim.
load_plugins()

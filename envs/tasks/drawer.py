"""Drawer: open or close the named drawer."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

DRAWER = Task(
    name="drawer",
    env_id="vlsim/Drawer-v1",
    description="Open or close the named drawer.",
    # Two at least, or the words would not matter.
    scenario=ScenarioConfig(
        goals=("open", "close"),
        n_movable=(2, 2),
        n_places=(0, 0),
        n_fixtures=(2, 3),
        fixture_kinds=("drawer",),
    ),
    horizon={"ee_delta": 100, "primitive": 1, "joint_delta": 100, "discrete": 150},
    reward_weights={"approach": 0.2, "move": 1.0},
)

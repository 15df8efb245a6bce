"""Sort: bring objects of one colour, or of one kind, together and apart from the others."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

SORT = Task(
    name="sort",
    env_id="vlsim/Sort-v1",
    description="Bring those of the named objects together that have one color, or one shape.",
    # The more are alike, the more there is to sort. A ball rolls away when it is let go.
    scenario=ScenarioConfig(
        goals=("sort",),
        n_movable=(4, 5),
        n_places=(0, 0),
        movable_kinds=("cube", "cylinder"),
        similarity=0.8,
    ),
    horizon={"ee_delta": 200, "primitive": 6, "joint_delta": 200, "discrete": 300},
    reward_weights={"approach": 0.2, "move": 1.0},
)

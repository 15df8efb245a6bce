"""Gather: bring several objects together, around another, apart, or in a row."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

GATHER = Task(
    name="gather",
    env_id="vlsim/Gather-v1",
    description="Bring the named objects together, around another one, apart, or in a row.",
    # A ball rolls away when it is let go.
    scenario=ScenarioConfig(
        goals=("gather", "gather_around", "separate", "line_up"),
        n_movable=(4, 5),
        n_places=(1, 1),
        movable_kinds=("cube", "cylinder"),
    ),
    horizon={"ee_delta": 200, "primitive": 6, "joint_delta": 200, "discrete": 300},
    reward_weights={"approach": 0.2, "move": 1.0},
)

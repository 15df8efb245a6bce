"""Lift: pick the named object up and hold it."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

LIFT = Task(
    name="lift",
    env_id="vlsim/Lift-v1",
    description="Pick the named object up and hold it in the air.",
    scenario=ScenarioConfig(goals=("lift",), n_movable=(4, 4), n_places=(1, 2)),
    horizon={"ee_delta": 60, "primitive": 1, "joint_delta": 60, "discrete": 80},
    reward_weights={"approach": 0.2, "lift": 0.8},
)

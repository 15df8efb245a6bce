"""Reach: bring the gripper to the named object."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

REACH = Task(
    name="reach",
    env_id="vlsim/Reach-v1",
    description="Bring the gripper to the named object, among three or more distractors.",
    scenario=ScenarioConfig(goals=("reach",), n_movable=(4, 4), n_places=(0, 0)),
    horizon={"ee_delta": 50, "primitive": 1, "joint_delta": 50, "planar": 40, "discrete": 60},
    reward_weights={"approach": 1.0},
)

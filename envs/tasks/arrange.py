"""Arrange: leave the named object on the named side of another."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

ARRANGE = Task(
    name="arrange",
    env_id="vlsim/Arrange-v1",
    description="Leave the named object left of, right of, in front of, behind or next to another.",
    # A ball rolls away when it is let go.
    scenario=ScenarioConfig(
        goals=("arrange",),
        n_movable=(3, 3),
        n_places=(1, 1),
        movable_kinds=("cube", "cylinder"),
    ),
    horizon={"ee_delta": 100, "primitive": 1, "joint_delta": 100, "discrete": 150},
    firm_grip=True,
    reward_weights={"approach": 0.2, "lift": 0.2, "move": 0.6},
)

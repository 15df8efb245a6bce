"""Stack: build a tower of two, three or four named things."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

STACK = Task(
    name="stack",
    env_id="vlsim/Stack-v1",
    description="Build a tower of two, three or four named things in the order of the words.",
    scenario=ScenarioConfig(
        goals=("stack", "stack_three", "stack_four"),
        n_movable=(4, 5),
        n_places=(0, 1),
        movable_kinds=("cube", "cylinder"),
    ),
    # A tower of four takes three motions; there is one more to mend what went wrong.
    horizon={"ee_delta": 300, "primitive": 4},
    reward_weights={"approach": 0.2, "lift": 0.2, "move": 0.6},
    firm_grip=True,
)

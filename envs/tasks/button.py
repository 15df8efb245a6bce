"""Button: press the named button."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

BUTTON = Task(
    name="button",
    env_id="vlsim/Button-v1",
    description="Press the named button.",
    # Two at least, or the words would not matter.
    scenario=ScenarioConfig(
        goals=("press",),
        n_movable=(2, 3),
        n_places=(0, 0),
        n_fixtures=(2, 3),
        fixture_kinds=("button",),
    ),
    horizon={"ee_delta": 100, "primitive": 1, "joint_delta": 100, "discrete": 80},
    reward_weights={"approach": 0.2, "move": 1.0},
)

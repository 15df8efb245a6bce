"""Turn: turn the named cube on its spot, tip the named cylinder over, or stand it up."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

TURN = Task(
    name="turn",
    env_id="vlsim/Turn-v1",
    description="Turn the named cube on its spot, or tip the named cylinder over or stand it up.",
    scenario=ScenarioConfig(
        goals=("turn", "tip_over", "stand_up"),
        n_movable=(3, 4),
        n_places=(0, 1),
        movable_kinds=("cube", "cylinder"),
        place_kinds=("pad",),
        lying=0.4,
    ),
    horizon={"ee_delta": 100, "primitive": 2},
    reward_weights={"approach": 0.2, "move": 1.0},
    firm_grip=True,
)

"""Turn: turn the named cube on its spot, or tip the named cylinder over."""

from vlsim.data.scenarios import ScenarioConfig
from vlsim.envs.task import Task

TURN = Task(
    name="turn",
    env_id="vlsim/Turn-v0",
    description="Turn the named cube on its spot by an angle, or tip the named cylinder over.",
    scenario=ScenarioConfig(
        goals=("turn", "tip_over"),
        n_movable=(3, 4),
        n_places=(0, 1),
        movable_kinds=("cube", "cylinder"),
        place_kinds=("pad",),
    ),
    skills=("turn", "tip"),
    horizon={"ee_delta": 100, "primitive": 2},
    reward_weights={"approach": 0.2, "move": 1.0},
    firm_grip=True,
)

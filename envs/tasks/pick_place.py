"""PickPlace: put the named object in the named bowl or on the named pad."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

PICK_PLACE = Task(
    name="pick_place",
    env_id="vlsim/PickPlace-v1",
    description="Put the named object in the named bowl or on the named pad.",
    scenario=ScenarioConfig(goals=("place",), n_movable=(4, 4), n_places=(2, 2)),
    horizon={"ee_delta": 100, "primitive": 1, "joint_delta": 100, "discrete": 150},
    reward_weights={"approach": 0.2, "lift": 0.2, "move": 0.6},
)

"""Push: slide the named object onto the named place, or in a direction."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

PUSH = Task(
    name="push",
    env_id="vlsim/Push-v1",
    description="Slide the named object along the table onto a pad or in one of eight directions.",
    # Balls roll past and cylinders tip over: pushing them says more about luck than about language.
    scenario=ScenarioConfig(
        goals=("push_to", "push"),
        n_movable=(3, 3),
        n_places=(1, 2),
        movable_kinds=("cube", "cylinder"),
        place_kinds=("pad",),
    ),
    horizon={"ee_delta": 100, "primitive": 4, "joint_delta": 100, "planar": 100, "discrete": 150},
    reward_weights={"approach": 0.2, "move": 1.0},
)

"""Slide: move the named slider to the left or to the right."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

SLIDE = Task(
    name="slide",
    env_id="vlsim/Slide-v1",
    description="Move the named slider to its left or right end.",
    # Two at least, or the words would not matter.
    scenario=ScenarioConfig(
        goals=("slide",),
        n_movable=(2, 3),
        n_places=(0, 0),
        n_fixtures=(2, 3),
        fixture_kinds=("slider",),
    ),
    horizon={"ee_delta": 100, "primitive": 1, "joint_delta": 100, "planar": 60, "discrete": 80},
    reward_weights={"approach": 0.2, "move": 1.0},
)

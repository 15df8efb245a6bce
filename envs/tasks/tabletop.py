"""Tabletop: everything that vlsim can ask for."""

from vlsim.envs.task import Task
from vlsim.scenarios.config import ScenarioConfig

TABLETOP = Task(
    name="tabletop",
    env_id="vlsim/Tabletop-v1",
    description="Do whatever is asked for: every goal, alone and combined.",
    scenario=ScenarioConfig(
        # Stated, in this order: a goal that somebody registers must not change these episodes.
        goals=(
            "place",
            "push_to",
            "arrange",
            "close",
            "gather",
            "gather_around",
            "lift",
            "line_up",
            "open",
            "place_between",
            "press",
            "push",
            "push_away",
            "push_beside",
            "reach",
            "separate",
            "slide",
            "sort",
            "stack",
            "stack_three",
            "stack_four",
            "turn",
            "stand_up",
            "tip_over",
        ),
        n_movable=(3, 4),
        n_places=(1, 1),
        n_fixtures=(1, 1),
        lying=0.2,
        forms=("atom", "atom", "atom", "atom", "then", "and", "for_all", "if"),
        n_words=48,
    ),
    horizon={"ee_delta": 100, "primitive": 2},
    per_motion=True,
    firm_grip=True,
    reward_weights={"approach": 0.2, "lift": 0.3, "move": 1.0, "steps": 2.0},
)

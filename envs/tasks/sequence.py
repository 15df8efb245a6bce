"""Sequence: several things one after the other."""

from vlsim.envs.task import Task
from vlsim.instruction_sets.chain import LONGEST_TRAINED
from vlsim.scenarios.config import ScenarioConfig

SEQUENCE = Task(
    name="sequence",
    env_id="vlsim/Sequence-v1",
    description="Do one thing after the other, as a chain of instructions says.",
    scenario=ScenarioConfig(
        goals=("reach", "push", "lift", "place", "arrange", "open", "close", "press", "slide"),
        n_movable=(3, 3),
        n_places=(1, 2),
        n_fixtures=(1, 1),
        forms=("then",),
        steps=(1, LONGEST_TRAINED),
        n_words=128,
    ),
    horizon={"ee_delta": 100, "primitive": 2},
    per_motion=True,
    firm_grip=True,
    reward_weights={"steps": 2.0},
)

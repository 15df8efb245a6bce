"""How a student learns from its teacher; imports no torch."""

from dataclasses import dataclass, field

from vlsim.data.still_pool import StillConfig
from vlsim.training.config import ObjectiveConfig, StageConfig, check_at_least, check_rate

WEIGHTS = "attention=1,imitation=10"
"""Objectives of a student: look where the teacher looks, and do what it does."""


@dataclass(frozen=True)
class CompressionConfig:
    """First on still scenes, then in rounds on the states that the student itself comes into."""

    still: StillConfig = field(default_factory=StillConfig)
    objectives: ObjectiveConfig = field(default_factory=lambda: ObjectiveConfig(WEIGHTS))
    steps: int = 2000
    """Gradient steps on still scenes alone."""
    rounds: int = 2
    """Rounds: the student acts, the teacher says what was right, the student learns it."""
    states: int = 1024
    """States that the student comes into in each round."""
    round_steps: int = 300
    """Gradient steps of each round, on still scenes and on the states of all rounds so far."""
    learning_rate: float = 2e-3
    """Peak learning rate of the one-cycle schedule of the still scenes, and of each round."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        least = {"steps": 0, "rounds": 0, "states": 1, "round_steps": 1}
        check_at_least(self, least)
        check_rate(self.learning_rate)

    @property
    def stills(self) -> StageConfig:
        """The stage on still scenes."""
        return StageConfig(self.steps, self.learning_rate)

    @property
    def round(self) -> StageConfig:
        """The stage of a round."""
        return StageConfig(self.round_steps, self.learning_rate)

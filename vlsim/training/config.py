"""What supervised stages learn, how long and how fast; imports no torch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from vlsim.errors import InvalidValueError


def check_at_least(config: object, least: Mapping[str, int]) -> None:
    """Refuse a configuration of which a number is smaller than the one beside its name."""
    for name, low in least.items():
        if getattr(config, name) < low:
            raise InvalidValueError(f"{name} must be at least {low}, got {getattr(config, name)}.")


def check_rate(learning_rate: float) -> None:
    """Refuse a learning rate that is none."""
    if not 0 < learning_rate < math.inf:
        raise InvalidValueError(f"learning_rate must be above 0, got {learning_rate}.")


@dataclass(frozen=True)
class ObjectiveConfig:
    """Grounded objectives: auxiliary losses on still scenes, in every stage."""

    referent: float = 1.0
    """Weight of the referent loss: attend to the objects that the instruction names. 0: off."""
    contrastive: float = 0.1
    """Weight of the contrastive loss: match instructions to images. 0: off."""
    pool_batch: int = 64
    """Still scenes per batch of the grounded objectives."""
    word_dropout: float = 0.05
    """Probability of replacing a word by [UNK], so that unknown words do little harm later."""

    def __post_init__(self) -> None:
        """Refuse negative weights, an empty batch, and a chance that is none."""
        check_at_least(self, {"pool_batch": 1})
        if not 0 <= self.word_dropout <= 1:
            raise InvalidValueError(f"word_dropout must lie in [0, 1], got {self.word_dropout}.")
        if self.referent < 0 or self.contrastive < 0:
            raise InvalidValueError(
                "Weights of objectives must be 0 or more, "
                f"got {self.referent} and {self.contrastive}."
            )

    @property
    def any(self) -> bool:
        """Whether there is anything to learn from the pool."""
        return self.referent > 0 or self.contrastive > 0


@dataclass(frozen=True)
class GroundingStageConfig:
    """Grounding: supervised learning on still scenes."""

    steps: int = 2000
    """Gradient steps; 0 skips the stage."""
    learning_rate: float = 2e-3
    """Peak learning rate of the one-cycle schedule."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        check_at_least(self, {"steps": 0})
        check_rate(self.learning_rate)


@dataclass(frozen=True)
class ImitationConfig:
    """Imitation: behaviour cloning of demonstrations."""

    steps: int = 0
    """Gradient steps; 0 skips the stage."""
    learning_rate: float = 1e-3
    """Peak learning rate of the one-cycle schedule."""
    batch_size: int = 256
    """Demonstration steps per batch."""
    episodes: int = 400
    """Number of demonstrations to learn from."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        check_at_least(self, {"steps": 0, "batch_size": 1, "episodes": 1})
        check_rate(self.learning_rate)

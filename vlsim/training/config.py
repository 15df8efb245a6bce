"""What supervised stages learn, how long and how fast; imports no torch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from vlsim.errors import InvalidValueError
from vlsim.registry import split_names

WEIGHTS = "referent=1,contrastive=0.1,imitation=1"
"""Objectives of a run that names none."""


def check_at_least(config: object, least: Mapping[str, int]) -> None:
    """Refuse a configuration of which a number is smaller than the one beside its name."""
    for name, low in least.items():
        if getattr(config, name) < low:
            raise InvalidValueError(f"{name} must be at least {low}, got {getattr(config, name)}.")


def check_rate(learning_rate: float) -> None:
    """Refuse a learning rate that is none."""
    if not 0 < learning_rate < math.inf:
        raise InvalidValueError(f"learning_rate must be above 0, got {learning_rate}.")


def weights_by_name(words: str) -> dict[str, float]:
    """Return the weights of objectives, written NAME=WEIGHT with commas between.

    >>> weights_by_name("referent=1, contrastive=0.1")
    {'referent': 1.0, 'contrastive': 0.1}

    Raises:
        InvalidValueError: If they are written otherwise, or a weight is below 0.
    """
    weights: dict[str, float] = {}
    for word in split_names(words, "objective"):
        name, _, number = (part.strip() for part in word.partition("="))
        if name in weights:
            raise InvalidValueError(f"The objective '{name}' comes twice in '{words}'.")
        try:
            weights[name] = float(number)
        except ValueError:
            raise InvalidValueError(
                f"Write objectives as NAME=WEIGHT with commas between, such as {WEIGHTS}; got "
                f"'{word}'."
            ) from None
        if not 0 <= weights[name] < math.inf:
            raise InvalidValueError(
                f"The weight of the objective '{name}' must be 0 or more, got {number}."
            )
    return weights


@dataclass(frozen=True)
class ObjectiveConfig:
    """Objectives: what is learned beside acting, in every stage."""

    weights: str = WEIGHTS
    """Weights of objectives by name (`vlsim list objectives`); each is learned in every stage that
    has the data it needs."""
    pool_batch: int = 64
    """Still scenes per batch."""
    word_dropout: float = 0.05
    """Probability of replacing a word by [UNK], so that unknown words do little harm later."""

    def __post_init__(self) -> None:
        """Refuse weights that cannot be read, an empty batch, and a chance that is none."""
        check_at_least(self, {"pool_batch": 1})
        if not 0 <= self.word_dropout <= 1:
            raise InvalidValueError(f"word_dropout must lie in [0, 1], got {self.word_dropout}.")
        weights_by_name(self.weights)

    @property
    def by_name(self) -> dict[str, float]:
        """The weights."""
        return weights_by_name(self.weights)


@dataclass(frozen=True)
class StageConfig:
    """A supervised stage."""

    steps: int = 0
    """Gradient steps; 0 skips the stage."""
    learning_rate: float = 1e-3
    """Peak learning rate of the one-cycle schedule."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        check_at_least(self, {"steps": 0})
        check_rate(self.learning_rate)


@dataclass(frozen=True)
class GroundingStageConfig(StageConfig):
    """Grounding: supervised learning on still scenes."""

    steps: int = 2000
    """Gradient steps; 0 skips the stage."""
    learning_rate: float = 2e-3
    """Peak learning rate of the one-cycle schedule."""


@dataclass(frozen=True)
class ImitationConfig(StageConfig):
    """Imitation: behaviour cloning of demonstrations."""

    batch_size: int = 256
    """Demonstration steps per batch."""
    episodes: int = 400
    """Number of demonstrations to learn from."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        super().__post_init__()
        check_at_least(self, {"batch_size": 1, "episodes": 1})

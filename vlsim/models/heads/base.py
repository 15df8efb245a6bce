"""What every head is: a row of features in, an action or a value out."""

from abc import ABC, abstractmethod
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.distributions import Independent, Normal

from vlsim.models.axes import GIST, IMAGE, Axes
from vlsim.models.config import ActorConfig
from vlsim.plugins import load_parts
from vlsim.registry import Registry


class Head(nn.Module, ABC):
    """Reads rows. A subclass is registered in `HEADS` and takes (n_features, config)."""

    def __init__(self, n_features: int, config: ActorConfig) -> None:
        """Build a head over rows of `n_features` entries for an actor of `config`."""
        super().__init__()

    @property
    def axes(self) -> Axes | None:
        """Which channels its weights run over, None if it cannot be rebuilt narrower."""
        return None

    @abstractmethod
    def forward(self, features: Tensor) -> Tensor:
        """Return what the head says of feature rows (B, F), (B, A)."""


def row_axis(config: ActorConfig) -> str:
    """Return what stands in a feature row behind the points, as `Axes` are written."""
    looks = f"{len(config.backbone.roles)}*{IMAGE}+{config.channels.n_proprio}"
    return f"{looks}+{GIST}" if config.reads_gist else looks


class ActionDistribution(Protocol):
    """What exploration draws actions (B, A) from."""

    def rsample(self) -> Tensor:
        """Draw actions, (B, A)."""

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the probability density of actions (B, A), (B,)."""

    def entropy(self) -> Tensor:
        """Return the entropies, in nats, (B,)."""


class ActionHead(Head):
    """Says what to do: `forward` returns the action that is best, not yet clipped to [-1, 1]."""

    n_gaussian: int
    """Entries of an action that exploration varies by a Gaussian; they come first."""

    def __init__(self, n_features: int, config: ActorConfig) -> None:
        """Build a head whose actions are all Gaussian."""
        super().__init__(n_features, config)
        self.n_gaussian = config.channels.n_actions

    def distribution(self, features: Tensor, log_std: Tensor) -> ActionDistribution:
        """Return what exploration draws actions from, for feature rows (B, F).

        Args:
            features: The rows.
            log_std: Logarithm of the Gaussian entries' standard deviations. Shape (n_gaussian,).
        """
        mean = self(features)
        return Independent(Normal(mean, torch.ones_like(mean) * log_std.exp()), 1)

    def errors(self, features: Tensor, actions: Tensor) -> Tensor:
        """Return how far the head is from actions (…, A) that were right, for rows (…, F). (…,)."""
        errors: Tensor = (self(features) - actions).square().mean(-1)
        return errors


HEADS: Registry[type[Head]] = Registry("head", load_parts)

"""What every head is: a row of features in, an action out."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from vlsim.plugins import load_parts
from vlsim.registry import Registry


class Head(nn.Module, ABC):
    """Acts on feature rows. A subclass is registered in `HEADS` and takes an `ActorConfig`."""

    @abstractmethod
    def forward(self, features: Tensor) -> Tensor:
        """Return mean actions (B, A) for features (B, F)."""


HEADS: Registry[type[Head]] = Registry("head", load_parts)

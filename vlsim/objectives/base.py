"""What every objective is: what a batch must hold, a head if it needs one, and a loss."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from vlsim.errors import SimulationError
from vlsim.models.config import ActorConfig
from vlsim.objectives.batch import Batch
from vlsim.plugins import load_parts
from vlsim.registry import Registry


class Objective(nn.Module, ABC):
    """Something to learn, in every stage whose batches hold what it needs, and beside PPO.

    A subclass is registered in `OBJECTIVES` under its name and takes an `ActorConfig`. If it needs
    a head of its own, it builds one: the head learns with the network and is not deployed.
    """

    needs: ClassVar[frozenset[str]]
    """What a batch must hold beside pictures and sentences; see `Batch`."""

    def __init__(self, config: ActorConfig) -> None:
        """Build no head."""
        super().__init__()

    @abstractmethod
    def forward(self, batch: Batch) -> Tensor:
        """Return the loss of a batch, a number."""


OBJECTIVES: Registry[type[Objective]] = Registry("objective", load_parts)


class Objectives(nn.Module):
    """The objectives of a run, each with its weight."""

    def __init__(self, weights: Mapping[str, float], config: ActorConfig) -> None:
        """Build those that have a weight.

        Raises:
            UnknownNameError: If there is no objective of a name.
        """
        super().__init__()
        self.weights = {name: weight for name, weight in weights.items() if weight > 0}
        self.members = nn.ModuleDict({name: OBJECTIVES[name](config) for name in self.weights})

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return the weighted loss of every objective for which a batch holds what it needs."""
        names = learned_from(batch.data, self.weights)
        return {name: self.weights[name] * self.members[name](batch) for name in names}


def learned_from(held: Collection[str], weights: Mapping[str, float]) -> list[str]:
    """Return the names of the objectives with a weight that need no more than what is held."""
    return [
        name for name, weight in weights.items() if weight and OBJECTIVES[name].needs <= set(held)
    ]


def total_loss(losses: Mapping[str, Tensor], when: str) -> Tensor:
    """Return the sum of some losses.

    Raises:
        SimulationError: If one is not finite; names all, and says when.
    """
    total = torch.stack(list(losses.values())).sum()
    if not torch.isfinite(total):
        values = ", ".join(f"{name} {loss.item():g}" for name, loss in losses.items())
        raise SimulationError(f"A loss is not finite {when}: {values}. Use a lower learning rate.")
    return total

"""What every objective is: what a batch must hold, a head if it needs one, and a loss."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from vlsim.errors import SimulationError
from vlsim.models.config import BackboneConfig
from vlsim.models.prediction import build_heads
from vlsim.objectives.batch import Batch
from vlsim.plugins import load_parts
from vlsim.registry import Registry


class Objective(nn.Module, ABC):
    """Something to learn, in every stage whose batches hold what it needs, and beside PPO.

    A subclass is registered in `OBJECTIVES` under its name and takes a `BackboneConfig`. If it
    needs layers that nothing else reads, it builds them: they learn with the network and are not
    deployed.
    """

    needs: ClassVar[frozenset[str]]
    """What a batch must hold beside pictures and sentences; see `Batch`."""
    heads: ClassVar[tuple[str, ...]] = ()
    """Prediction heads that it learns with; a model keeps them, a policy does not."""

    def __init__(self, config: BackboneConfig) -> None:
        """Build no layers."""
        super().__init__()

    @abstractmethod
    def forward(self, batch: Batch) -> Tensor:
        """Return the loss of a batch, a number."""


OBJECTIVES: Registry[type[Objective]] = Registry("objective", load_parts)


class Objectives(nn.Module):
    """The objectives of a run, each with its weight."""

    def __init__(
        self,
        weights: Mapping[str, float],
        config: BackboneConfig,
        heads: nn.ModuleDict | None = None,
        *,
        by_uncertainty: bool = False,
    ) -> None:
        """Build those that have a weight.

        Args:
            weights: By name.
            config: Of the backbone that learns.
            heads: Prediction heads that there are already, of a model; those that are missing are
                built.
            by_uncertainty: Whether each loss L counts exp(-s) L + s, with an s that is learned.

        Raises:
            UnknownNameError: If there is no objective of a name.

        Source:
            Kendall et al. 2018, arXiv 1705.07115, without the halves of its Gaussian.
        """
        super().__init__()
        self.weights = {name: weight for name, weight in weights.items() if weight > 0}
        self.log_variances = nn.ParameterDict(
            {name: torch.zeros(()) for name in self.weights} if by_uncertainty else {}
        )
        self.members = nn.ModuleDict({name: OBJECTIVES[name](config) for name in self.weights})
        known = dict(heads.items()) if heads is not None else {}
        missing = {n for name in self.weights for n in OBJECTIVES[name].heads} - known.keys()
        self.heads = nn.ModuleDict({**known, **build_heads(sorted(missing), config)})

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return the weighted loss of every objective for which a batch holds what it needs."""
        names = learned_from(batch.data, self.weights)
        return {
            name: self.weights[name] * self._counted(name, self.members[name](batch))
            for name in names
        }

    def _counted(self, name: str, loss: Tensor) -> Tensor:
        if name not in self.log_variances:
            return loss
        log_variance = self.log_variances[name]
        counted: Tensor = torch.exp(-log_variance) * loss + log_variance
        return counted

    @property
    def learned_weights(self) -> dict[str, float]:
        """By what each loss is multiplied now, of those that learn it."""
        return {
            name: self.weights[name] * torch.exp(-log_variance).item()
            for name, log_variance in self.log_variances.items()
        }


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

"""The one supervised loop, for whatever is learned without acting."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.objectives import Batch, Objectives
from vlsim.objectives.base import learned_from, total_loss
from vlsim.objectives.batch import Network
from vlsim.objectives.sources import Source
from vlsim.seeding import stream
from vlsim.training.config import StageConfig
from vlsim.training.schedule import one_cycle


class SupervisedStage:
    """Trains a network on batches of some sources, one step at a time; stop and go on at any step.

    In every step each source gives a batch, and every objective learns from each batch that holds
    what it needs.
    """

    def __init__(
        self,
        name: str,
        network: Network,
        objectives: Objectives,
        sources: Sequence[Source],
        config: StageConfig,
        seed: int,
    ) -> None:
        """Start before the first step.

        Args:
            name: Of the stage; its chance depends on it.
            network: What learns.
            objectives: What it learns; heads of their own learn, too.
            sources: Where batches come from, in this order.
            config: How long and how fast.
            seed: Of all chance in this stage.

        Raises:
            InvalidValueError: If no objective learns from a source.
        """
        for source in sources:
            check_used(source, objectives.weights)
        self.name, self.network, self.objectives = name, network, objectives
        self.sources, self.config, self.seed = sources, config, seed
        self.learner = nn.ModuleDict({"network": network, "objectives": objectives})
        self.optimizer = torch.optim.AdamW(self.learner.parameters(), lr=1e-4, weight_decay=1e-4)
        self.step = 0

    def run(self, on_step: Callable[[int, dict[str, float]], Any]) -> None:
        """Learn until `config.steps`; `on_step(step, losses)` is called after every one."""
        while self.step < self.config.steps:
            losses = self._losses()
            total = total_loss(losses, f"at step {self.step} of {self.name}")
            for group in self.optimizer.param_groups:
                group["lr"] = self.config.learning_rate * one_cycle(self.step / self.config.steps)
            self.optimizer.zero_grad()
            torch.autograd.backward(total)
            nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            on_step(self.step, {name: loss.item() for name, loss in losses.items()})

    def _losses(self) -> dict[str, Tensor]:
        """Return the weighted losses of this step, of an objective the sum over its batches."""
        # A generator for every step: a resumed stage draws the batches of an uninterrupted one.
        rng = stream(self.seed, self.name, self.step)
        device = self.network.backbone.vision.grid.device
        losses: dict[str, Tensor] = {}
        for source in self.sources:
            batch = Batch(self.network, source.draw(rng, device), self.objectives.heads)
            for name, loss in self.objectives(batch).items():
                losses[name] = losses[name] + loss if name in losses else loss
        return losses


def check_used(source: Source | type[Source], weights: Mapping[str, float]) -> None:
    """Refuse a source that no objective with a weight learns from.

    Raises:
        InvalidValueError: If there is no such objective.
    """
    if not learned_from(source.holds, weights):
        named = ",".join(f"{name}={weight:g}" for name, weight in weights.items()) or "none"
        raise InvalidValueError(
            f"No objective learns from {source.name}: they hold {', '.join(sorted(source.holds))}, "
            f"got {named}. Add one that needs no more: vlsim list objectives"
        )

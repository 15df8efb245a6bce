"""A stage of training: do what the expert did, and keep learning what words look like meanwhile."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vlsim.data.demonstrations import Demonstrations
from vlsim.data.still_pool import StillPool
from vlsim.errors import InvalidValueError
from vlsim.language.tokenizer import UNKNOWN_ID
from vlsim.models.actor import Actor
from vlsim.models.tokens import to_image
from vlsim.seeding import stream
from vlsim.training.batches import draw_batch, grounding_losses, total_loss
from vlsim.training.config import ImitationConfig, ObjectiveConfig
from vlsim.training.schedule import one_cycle


class ImitationStage:
    """Trains an actor on demonstrations, one step at a time; stop and go on at any step."""

    def __init__(
        self,
        actor: Actor,
        demonstrations: Demonstrations,
        pool: StillPool | None,
        objectives: ObjectiveConfig,
        config: ImitationConfig,
        seed: int,
        *,
        blind: bool = False,
    ) -> None:
        """Start before the first step.

        Args:
            actor: What learns.
            demonstrations: In the control mode of the actor, with pictures of its size.
            pool: Still scenes that the objectives draw from; None if there are no objectives.
            objectives: Weights of the grounded objectives.
            config: How long and how fast.
            seed: Of all chance in this stage.
            blind: Never show the words.
        """
        if objectives.any and pool is None:
            raise InvalidValueError("Grounded objectives need a pool of still scenes.")
        _check_fit(actor, demonstrations)
        self.actor, self.demonstrations, self.pool = actor, demonstrations, pool
        self.objectives, self.config, self.seed, self.blind = objectives, config, seed, blind
        self.optimizer = torch.optim.AdamW(actor.parameters(), lr=1e-4, weight_decay=1e-4)
        self.step = 0

    def run(self, on_step: Callable[[int, dict[str, float]], Any]) -> None:
        """Learn until `config.steps`; `on_step(step, losses)` is called after every one."""
        while self.step < self.config.steps:
            # A generator for every step: a resumed stage draws the batches of an uninterrupted one.
            losses = self._losses(stream(self.seed, "imitation", self.step))
            total = total_loss(losses, f"at step {self.step} of imitation")
            for group in self.optimizer.param_groups:
                share = self.step / self.config.steps
                group["lr"] = self.config.learning_rate * one_cycle(share)
            self.optimizer.zero_grad()
            torch.autograd.backward(total)
            nn.utils.clip_grad_norm_(self.actor.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            on_step(self.step, {name: loss.item() for name, loss in losses.items()})

    def _losses(self, rng: np.random.Generator) -> dict[str, Tensor]:
        device = self.actor.backbone.vision.grid.device
        rows = rng.integers(len(self.demonstrations), size=self.config.batch_size)
        tokens = self.demonstrations.instruction[rows]
        dropped = (rng.random(tokens.shape) < self.objectives.word_dropout) & (tokens > 0)
        seen = np.zeros_like(tokens) if self.blind else np.where(dropped, UNKNOWN_ID, tokens)

        def tensor(array: NDArray[Any]) -> Tensor:
            return torch.from_numpy(array).to(device)

        action = self.actor(
            to_image(tensor(self.demonstrations.image[rows])),
            tensor(seen),
            tensor(self.demonstrations.proprio[rows]),
        )
        expert = tensor(self.demonstrations.action[rows])
        losses = {"imitation": nn.functional.mse_loss(action, expert)}
        if self.pool is not None and self.objectives.any:
            batch = draw_batch(self.pool, self.objectives, rng, device)
            losses |= grounding_losses(self.actor.backbone, batch, self.objectives)
        return losses


def _check_fit(actor: Actor, demonstrations: Demonstrations) -> None:
    n_actions, side = demonstrations.action.shape[1], demonstrations.image.shape[1]
    config = actor.config
    if n_actions != config.channels.n_actions:
        raise InvalidValueError(
            f"Demonstrations have actions of {n_actions} entries; those of control "
            f"'{config.control}' have {config.channels.n_actions}."
        )
    if side != config.backbone.image_size:
        raise InvalidValueError(
            f"Demonstrations have pictures of {side} pixels, the actor sees "
            f"{config.backbone.image_size}."
        )

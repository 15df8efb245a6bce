"""The first stage of training: learn what words look like, on still scenes, before any motion."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from vlsim.data.still_pool import StillPool
from vlsim.models.backbone import Backbone
from vlsim.models.tokens import to_image
from vlsim.observation import ROLES
from vlsim.seeding import stream
from vlsim.training.batches import draw_batch, grounding_losses, total_loss
from vlsim.training.config import GroundingStageConfig, ObjectiveConfig
from vlsim.training.schedule import one_cycle

FOUND_WITHIN = 0.1
"""A referent counts as found within this distance, image coordinates (2 cm on the table)."""


class GroundingStage:
    """Trains a grounding network on a pool, one step at a time; stop and go on at any step."""

    def __init__(
        self,
        network: Backbone,
        pool: StillPool,
        objectives: ObjectiveConfig,
        config: GroundingStageConfig,
        seed: int,
    ) -> None:
        """Start before the first step."""
        self.network, self.pool, self.objectives = network, pool, objectives
        self.config, self.seed = config, seed
        self.optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=1e-4)
        self.step = 0

    def run(self, on_step: Callable[[int, dict[str, float]], Any]) -> None:
        """Learn until `config.steps`; `on_step(step, losses)` is called after every one."""
        device = self.network.vision.grid.device
        while self.step < self.config.steps:
            # A generator for every step: a resumed stage draws the batches of an uninterrupted one.
            rng = stream(self.seed, "grounding", self.step)
            batch = draw_batch(self.pool, self.objectives, rng, device)
            for group in self.optimizer.param_groups:
                group["lr"] = self.config.learning_rate * one_cycle(self.step / self.config.steps)
            losses = grounding_losses(self.network, batch, self.objectives)
            total = total_loss(losses, f"at step {self.step} of grounding")
            self.optimizer.zero_grad()
            torch.autograd.backward(total)
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            on_step(self.step, {name: loss.item() for name, loss in losses.items()})


@torch.no_grad()
def share_found(network: Backbone, pool: StillPool, rows: int = 512) -> dict[str, float]:
    """Return the share of referents of the pool's last rows that the attention finds, by role."""
    network.eval()
    device = network.vision.grid.device
    hits, count = np.zeros(len(ROLES)), np.zeros(len(ROLES))
    for start in range(max(0, len(pool) - rows), len(pool), 64):
        picked = slice(start, start + 64)
        found = network(
            to_image(torch.from_numpy(pool.images[picked]).to(device)),
            torch.from_numpy(pool.tokens[picked]).to(device),
        )
        uv = found.uv.unflatten(0, pool.tokens[picked].shape[:2]).cpu().numpy()
        error = np.abs(uv - pool.uv[picked]).max(-1)
        present = pool.present[picked]
        hits += ((error < FOUND_WITHIN) & present).sum((0, 1))
        count += present.sum((0, 1))
    network.train()
    return {role: float(hit / n) for role, hit, n in zip(ROLES, hits, count, strict=True) if n}

"""Attend to what the sentence names."""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from vlsim.data.still_pool import StillPool
from vlsim.losses.referent import referent_loss
from vlsim.models.backbone import Backbone
from vlsim.models.tokens import to_image
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import PRESENT, UV, Batch

FOUND_WITHIN = 0.1
"""A referent counts as found within this distance, image coordinates (2 cm on the table)."""


@OBJECTIVES.register("referent")
class Referent(Objective):
    """Attend to the things that the instruction names."""

    needs: ClassVar[frozenset[str]] = frozenset({UV, PRESENT})

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of the attention, in nats."""
        vision = batch.network.backbone.vision
        return referent_loss(
            batch.fused.scores,
            batch.of_roles(UV).flatten(0, 1),
            batch.of_roles(PRESENT).flatten(0, 1),
            vision.grid,
            width=1.0 / vision.side,
        )


@torch.no_grad()
def share_found(network: Backbone, pool: StillPool, rows: int = 512) -> dict[str, float]:
    """Return the share of referents of the pool's last rows that the attention finds, by role."""
    network.eval()
    device = network.vision.grid.device
    roles, columns = network.config.roles, network.config.role_rows
    hits, count = np.zeros(len(roles)), np.zeros(len(roles))
    for start in range(max(0, len(pool) - rows), len(pool), 64):
        picked = slice(start, start + 64)
        found = network(
            to_image(torch.from_numpy(pool.images[picked][:, None]).to(device)),
            torch.from_numpy(pool.tokens[picked]).to(device),
        )
        uv = found.uv.unflatten(0, pool.tokens[picked].shape[:2]).cpu().numpy()
        error = np.abs(uv - pool.uv[picked][:, :, columns]).max(-1)
        present = pool.present[picked][:, :, columns]
        hits += ((error < FOUND_WITHIN) & present).sum((0, 1))
        count += present.sum((0, 1))
    network.train()
    return {role: float(hit / n) for role, hit, n in zip(roles, hits, count, strict=True) if n}

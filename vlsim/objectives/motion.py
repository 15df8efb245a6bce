"""Do next what the expert would do, in still scenes."""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from vlsim.data.still_pool import StillPool
from vlsim.interface.observation import PROPRIO
from vlsim.losses.motion import existing, motion_loss
from vlsim.models.actor import Actor
from vlsim.models.config import N_POINTS
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import MOVES, N_MOVES, Batch
from vlsim.objectives.referent import FOUND_WITHIN
from vlsim.objectives.sources import StillSource
from vlsim.seeding import stream


@OBJECTIVES.register("motion")
class Motion(Objective):
    """Look where the next motion begins and ends, and choose it."""

    needs: ClassVar[frozenset[str]] = frozenset({PROPRIO, MOVES, N_MOVES})

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of both ends in nats, plus the head's error."""
        moves, n_moves = batch[MOVES].flatten(0, 1), batch[N_MOVES].flatten()
        vision, n = batch.actor.backbone.vision, N_POINTS // 2
        ends = moves[..., :N_POINTS].view(*moves.shape[:2], n, 2)
        nats = motion_loss(
            batch.fused.scores[:, :n], ends, n_moves, vision.grid, width=1.0 / vision.side
        )
        errors = batch.actor.head.errors(batch.rows[:, None].expand(-1, moves.shape[1], -1), moves)
        return nats + existing(errors, n_moves, float("inf")).min(dim=-1).values.mean()


@torch.no_grad()
def share_moved(actor: Actor, pool: StillPool, rows: int = 512) -> float:
    """Return the share of the sentences of the pool's last rows for which an actor does right.

    That is one of the equally good motions, begun and ended within `FOUND_WITHIN`.
    """
    actor.eval()
    device = actor.backbone.vision.grid.device
    source, rng = StillSource(pool, actor.config, 1, word_dropout=0.0), stream(0, "motions")
    right = count = 0
    for start in range(max(0, len(pool) - rows), len(pool), 64):
        picked = np.arange(start, min(start + 64, len(pool)))
        batch = Batch(actor, source.batch(picked, rng, device), {})
        moves, action = batch[MOVES].flatten(0, 1), actor.head(batch.rows)[:, None]
        apart = (moves[..., :N_POINTS] - action[..., :N_POINTS]).abs().amax(-1)
        same = moves[..., N_POINTS:].argmax(-1) == action[..., N_POINTS:].argmax(-1)
        done = (apart < FOUND_WITHIN) & same
        right += int(existing(done, batch[N_MOVES].flatten(), False).any(-1).sum())
        count += len(moves)
    actor.train()
    return right / count

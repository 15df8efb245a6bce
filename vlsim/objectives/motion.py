"""Do next what the expert would do, in still scenes."""

from typing import ClassVar

from torch import Tensor

from vlsim.interface.observation import PROPRIO
from vlsim.losses.motion import existing, motion_loss
from vlsim.models.config import N_POINTS
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import MOVES, N_MOVES, Batch


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

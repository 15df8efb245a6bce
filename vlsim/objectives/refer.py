"""Find the thing that an expression names."""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from vlsim.losses.boxes import box_loss
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import BOXES, REFERENT, Batch
from vlsim.objectives.phrases import matched


@OBJECTIVES.register("refer")
class Refer(Objective):
    """Find the one thing that an expression names, and its box."""

    needs: ClassVar[frozenset[str]] = frozenset({BOXES, REFERENT})
    heads: ClassVar[tuple[str, ...]] = ("things", "phrases")

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of the choice, and the loss of the box that is chosen."""
        scores, things = batch.named.scores[:, 0], batch.named.things
        wanted = batch[REFERENT].flatten()
        index = matched(batch.things, batch[BOXES])
        per_picture = len(scores) // len(index)
        index = index.repeat_interleave(per_picture, dim=0)
        right = index == wanted[:, None]
        found = right.any(-1)
        chosen = torch.log_softmax(scores, dim=-1)
        nats = functional.cross_entropy(chosen, right.float().argmax(-1), reduction="none")
        choice = torch.where(found, nats, 0.0).sum() / found.sum().clamp(min=1)
        every = batch[BOXES].repeat_interleave(per_picture, dim=0)
        true = every[torch.arange(len(wanted), device=every.device), wanted]
        # The box that is expected, so that the choice learns from how far off it is.
        box = torch.einsum("mk,mkc->mc", chosen.exp(), things.boxes)
        return choice + box_loss(box, true.nan_to_num(), found)

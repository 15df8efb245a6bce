"""Look where a teacher looks: distillation of its attention."""

from typing import ClassVar

import torch
from torch import Tensor

from vlsim.losses.attention import attention_loss
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import ATTENTION, Batch


@OBJECTIVES.register("attention")
class Attention(Objective):
    """Look where a larger policy looks (`vlsim compress`)."""

    needs: ClassVar[frozenset[str]] = frozenset({ATTENTION})

    def forward(self, batch: Batch) -> Tensor:
        """Return the divergence of the attention from the teacher's, in nats."""
        log_weights = torch.log_softmax(batch.fused.scores, dim=-1)
        return attention_loss(log_weights, batch[ATTENTION].flatten(0, 1).to(log_weights.dtype))

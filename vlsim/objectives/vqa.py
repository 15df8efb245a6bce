"""Answer questions."""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from vlsim.losses.answers import answer_loss
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import ANSWERS, Batch


@OBJECTIVES.register("vqa")
class Vqa(Objective):
    """Answer questions about pictures as people do."""

    needs: ClassVar[frozenset[str]] = frozenset({ANSWERS})
    heads: ClassVar[tuple[str, ...]] = ("things", "phrases", "answers")

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of the answers, in nats."""
        logits = batch.heads["answers"](batch.named, batch.text)
        given = batch[ANSWERS].flatten(0, 1)
        people = (given > 0).sum(-1, keepdim=True).clamp(min=1)
        votes = functional.one_hot(given, logits.shape[-1]).sum(1).float()
        return answer_loss(logits, _without_padding(votes) / people)


def _without_padding(votes: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(votes[:, :1]), votes[:, 1:]], dim=1)

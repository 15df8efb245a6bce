"""Know which things noun phrases name."""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from vlsim.losses.boxes import generalised_iou
from vlsim.models.prediction.things import Things
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import BOXES, PHRASES, Batch

OVERLAP = 0.3
"""Generalised IoU from which on what was found is taken for the thing that is there."""


@OBJECTIVES.register("phrases")
class Phrases(Objective):
    """Know which things each noun phrase of a sentence names."""

    needs: ClassVar[frozenset[str]] = frozenset({BOXES, PHRASES})
    heads: ClassVar[tuple[str, ...]] = ("things", "phrases")

    def forward(self, batch: Batch) -> Tensor:
        """Return the binary cross-entropy over the things that were found, in nats."""
        scores = batch.named.scores
        labels = batch[PHRASES].flatten(0, 1)
        index = matched(batch.things, batch[BOXES])
        index = index.repeat_interleave(len(labels) // len(index), dim=0)
        named = of_found(labels, index)
        counts = (labels >= 0).any(-1)[..., None] & batch.named.things.mask[:, None]
        nats = functional.binary_cross_entropy_with_logits(scores, named, reduction="none")
        return torch.where(counts, nats, 0.0).sum() / counts.sum().clamp(min=1)


def matched(things: Things, boxes: Tensor) -> Tensor:
    """Return which of the true things each thing that was found is, -1 for none. Shape (B, K).

    Args:
        things: What was found in B pictures.
        boxes: What is seen of the true things, NaN where nothing is. Shape (B, J, 4).
    """
    agreement = generalised_iou(things.boxes.detach()[:, :, None], boxes[:, None])
    best, index = agreement.nan_to_num(nan=-1.0).max(-1)
    return torch.where(things.mask & (best > OVERLAP), index, -1)


def of_found(labels: Tensor, index: Tensor) -> Tensor:
    """Return labels (M, P, J) of true things as those of what was found, (M, P, K), 0.0 or 1.0.

    Args:
        labels: 1 where phrase p names thing j.
        index: Which true thing each one that was found is, -1 for none. Shape (M, K).
    """
    picked = labels.gather(2, index.clamp(min=0)[:, None].expand(-1, labels.shape[1], -1))
    return ((picked == 1) & (index >= 0)[:, None]).float()

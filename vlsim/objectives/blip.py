"""One text stack in three modes: it retrieves, judges and speaks."""

from typing import ClassVar

import torch
from torch import Tensor

from vlsim.losses.contrastive import contrastive_loss
from vlsim.losses.likelihood import caption_loss
from vlsim.losses.matching import hard_negatives, matching_loss
from vlsim.models.prediction.stack import StackHead
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import CAPTION, Batch
from vlsim.objectives.pairs import things_of


@OBJECTIVES.register("blip")
class Blip(Objective):
    """Retrieve captions, judge them with hard negatives, and say them, with the same text stack.

    Source:
        Li et al. 2022, arXiv 2201.12086, section 3.2; without the momentum encoder.
    """

    needs: ClassVar[frozenset[str]] = frozenset({CAPTION})
    heads: ClassVar[tuple[str, ...]] = ("stack",)

    def forward(self, batch: Batch) -> Tensor:
        """Return the sum of three losses, in nats: two of first captions, one of all captions."""
        head = batch.heads["stack"]
        assert isinstance(head, StackHead)
        captions, memory = batch[CAPTION], head.look(batch.image, things_of(batch))
        ids, every = captions[:, 0], captions.flatten(0, 1)
        said = head(every, memory.repeated(captions.shape[1]))
        same = (ids[:, None] == ids[None]).all(-1)
        agreement = head.space.agreement(head.pictures(memory), head.sentences(ids))
        rows = torch.arange(len(ids), device=ids.device)
        pictures, sentences = hard_negatives(agreement, same)
        pictures, sentences = torch.cat([rows, pictures]), torch.cat([rows, sentences])
        scores = head.judge(ids[sentences], memory.picked(pictures))
        matches = torch.arange(len(scores), device=ids.device) < len(rows)
        return (
            contrastive_loss(agreement, same)
            + matching_loss(scores, matches)
            + caption_loss(said, head.stack.ended(every))
        )

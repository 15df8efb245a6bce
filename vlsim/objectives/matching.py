"""Judge whether a sentence is true of a picture."""

from typing import ClassVar

import torch
from torch import Tensor

from vlsim.losses.matching import hard_negatives, matching_loss
from vlsim.models.prediction.matching import MatchingHead
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import Batch
from vlsim.objectives.pairs import first_sentences, likeness, things_of, true_pairs


@OBJECTIVES.register("matching")
class Matching(Objective):
    """Judge whether a sentence is true of a picture; false ones are the most like the true one."""

    needs: ClassVar[frozenset[str]] = frozenset()
    heads: ClassVar[tuple[str, ...]] = ("matching",)

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of true pairs and of the hardest false ones, in nats."""
        head = batch.heads["matching"]
        assert isinstance(head, MatchingHead)
        memory, text = head.look(batch.image, things_of(batch)), first_sentences(batch)
        pictures, sentences = hard_negatives(likeness(batch), true_pairs(batch))
        rows = torch.arange(len(memory.mask), device=memory.mask.device)
        pictures, sentences = torch.cat([rows, pictures]), torch.cat([rows, sentences])
        scores = head(memory.picked(pictures), text.picked(sentences))
        return matching_loss(scores, torch.arange(len(scores), device=rows.device) < len(rows))

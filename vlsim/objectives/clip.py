"""Bring pictures and their sentences to the same place of one space."""

from typing import ClassVar

from torch import Tensor

from vlsim.losses.contrastive import contrastive_loss
from vlsim.models.prediction.retrieval import RetrievalHead
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import Batch
from vlsim.objectives.pairs import first_sentences, things_of, true_pairs


@OBJECTIVES.register("clip")
class Clip(Objective):
    """Tell which sentence belongs to which picture by one vector for each (CLIP)."""

    needs: ClassVar[frozenset[str]] = frozenset()
    heads: ClassVar[tuple[str, ...]] = ("retrieval",)

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of pictures and their first sentences, in nats."""
        head = batch.heads["retrieval"]
        assert isinstance(head, RetrievalHead)
        pictures = head.pictures(batch.image, things_of(batch))
        sentences = head.sentences(first_sentences(batch))
        return contrastive_loss(head.space.agreement(pictures, sentences), true_pairs(batch))

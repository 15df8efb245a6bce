"""Let a picture's own sentence fit better than others, by a margin."""

from typing import ClassVar

from torch import Tensor

from vlsim.losses.alignment import alignment_loss
from vlsim.models.prediction.retrieval import RetrievalHead
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import Batch
from vlsim.objectives.pairs import first_sentences, things_of, true_pairs

MARGIN = 0.2
"""By how much the cosine of the right pair has to lead."""


@OBJECTIVES.register("alignment")
class Alignment(Objective):
    """Tell which sentence belongs to which picture, and be content with a margin."""

    needs: ClassVar[frozenset[str]] = frozenset()
    heads: ClassVar[tuple[str, ...]] = ("retrieval",)

    def forward(self, batch: Batch) -> Tensor:
        """Return the mean hinge, in units of the cosine."""
        head = batch.heads["retrieval"]
        assert isinstance(head, RetrievalHead)
        pictures = head.pictures(batch.image, things_of(batch))
        sentences = head.sentences(first_sentences(batch))
        return alignment_loss(pictures @ sentences.T, true_pairs(batch), MARGIN)

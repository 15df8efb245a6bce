"""Answer questions by a class, as a picture and words that met each other suggest."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional

from vlsim.language.tokenizer import PAD_ID
from vlsim.losses.answers import answer_loss
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import ANSWERS, Batch


@OBJECTIVES.register("classification")
class Classification(Objective):
    """Answer questions with a word, by what the fusion part read in the picture, and no more."""

    needs: ClassVar[frozenset[str]] = frozenset({ANSWERS})
    heads: ClassVar[tuple[str, ...]] = ("classifier",)

    def forward(self, batch: Batch) -> Tensor:
        """Return the cross-entropy of the answers, in nats."""
        logits = batch.heads["classifier"](batch.fused, batch.text)
        given = batch[ANSWERS].flatten(0, 1)
        votes = functional.one_hot(given, logits.shape[-1]).sum(1).float()
        votes[:, PAD_ID] = 0
        return answer_loss(logits, votes / votes.sum(-1, keepdim=True).clamp(min=1))

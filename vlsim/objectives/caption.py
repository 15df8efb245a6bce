"""Say what is said of a picture: whole captions, or the next word."""

from typing import ClassVar

from torch import Tensor

from vlsim.losses.likelihood import caption_loss, next_word_loss
from vlsim.models.prediction.speaker import SpeakerHead
from vlsim.objectives.base import OBJECTIVES, Objective
from vlsim.objectives.batch import CAPTION, Batch
from vlsim.objectives.pairs import things_of


class Speaking(Objective):
    """Something that is learned by saying the captions of a batch."""

    needs: ClassVar[frozenset[str]] = frozenset({CAPTION})
    heads: ClassVar[tuple[str, ...]] = ("speaker",)

    def said(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return logits (M, L + 1, V) and the words (M, L + 1) that stand there."""
        head = batch.heads["speaker"]
        assert isinstance(head, SpeakerHead)
        captions = batch[CAPTION]
        ids, memory = captions.flatten(0, 1), head.look(batch.image, things_of(batch))
        return head(ids, memory.repeated(captions.shape[1])), head.stack.ended(ids)


@OBJECTIVES.register("caption")
class Caption(Speaking):
    """Describe the picture: the likelihood of its captions."""

    def forward(self, batch: Batch) -> Tensor:
        """Return nats per word, every caption with equal weight."""
        return caption_loss(*self.said(batch))


@OBJECTIVES.register("next_word")
class NextWord(Speaking):
    """Foretell the next word from the picture and the words so far."""

    def forward(self, batch: Batch) -> Tensor:
        """Return nats per word, every word with equal weight."""
        logits, words = self.said(batch)
        return next_word_loss(logits, words, words > 0).every

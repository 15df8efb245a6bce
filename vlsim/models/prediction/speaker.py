"""Speaking: captions of pictures, word by word."""

from torch import Tensor

from vlsim.models.config import BackboneConfig
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.prediction.looking import Looking
from vlsim.models.prediction.things import Things
from vlsim.models.text_stack import Memory, TextStack
from vlsim.models.tokens import ImageTokens

DIM = 128
"""Features of a word."""


@PREDICTION_HEADS.register("speaker")
class SpeakerHead(PredictionHead):
    """Says the next word from the picture and the words so far."""

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        self.stack = TextStack(config.vocabulary_size, DIM)
        self.looking = Looking(config, DIM)

    def look(self, image: ImageTokens, things: Things | None) -> Memory:
        """Return what the words of texts about B pictures look at."""
        memory: Memory = self.looking(image, things)
        return memory

    def forward(self, ids: Tensor, memory: Memory | None) -> Tensor:
        """Return the logits (M, L + 1, V) of every word of texts (M, L), and of their ends.

        Args:
            ids: Shape (M, L), int64.
            memory: Of M pictures, from `look`; None speaks without a picture.
        """
        stack = self.stack
        return stack.next_word(stack(stack.begun(ids), memory, causal=True))

"""BLIP's three modes: one text stack that retrieves, judges and speaks."""

from torch import Tensor, nn

from vlsim.models.config import BackboneConfig
from vlsim.models.joint_space import JointSpace
from vlsim.models.prediction.base import PREDICTION_HEADS
from vlsim.models.prediction.speaker import DIM, SpeakerHead
from vlsim.models.text_stack import Memory


@PREDICTION_HEADS.register("stack")
class StackHead(SpeakerHead):
    """Reads a sentence alone, judges it by a picture, and speaks of a picture.

    Source:
        Li et al. 2022, arXiv 2201.12086, section 3.1.
    """

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        self.space = JointSpace(DIM)
        self.score = nn.Linear(DIM, 1)

    def pictures(self, memory: Memory) -> Tensor:
        """Return a unit vector for each picture, (B, E)."""
        return self.space.of_pictures(memory.features.relu(), memory.mask)

    def sentences(self, ids: Tensor) -> Tensor:
        """Return a unit vector for each sentence (M, L), (M, E)."""
        text = self.stack.begun(ids)
        return self.space.of_sentences(self.stack(text, causal=False), text > 0)

    def judge(self, ids: Tensor, memory: Memory) -> Tensor:
        """Return how well each sentence (P, L) fits its picture, as logits (P,)."""
        read = self.stack(self.stack.begun(ids), memory, causal=False)
        scores: Tensor = self.score(read[:, 0])[:, 0]
        return scores

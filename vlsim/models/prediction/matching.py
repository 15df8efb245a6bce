"""Matching: is this sentence true of this picture?"""

from torch import Tensor, nn

from vlsim.models.config import BackboneConfig
from vlsim.models.fusion.base import Attention
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.prediction.looking import Looking
from vlsim.models.prediction.things import Things
from vlsim.models.text_stack import Memory
from vlsim.models.tokens import ImageTokens, TextTokens

LAYERS = 2


@PREDICTION_HEADS.register("matching")
class MatchingHead(PredictionHead):
    """Words look at the picture, and together they say whether they fit."""

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        self.looking = Looking(config, config.dim)
        self.layers = nn.ModuleList(Attention(config.dim, heads=1) for _ in range(LAYERS))
        self.score = nn.Linear(config.dim, 1)

    def look(self, image: ImageTokens, things: Things | None) -> Memory:
        """Return what words about B pictures look at."""
        memory: Memory = self.looking(image, things)
        return memory

    def forward(self, memory: Memory, text: TextTokens) -> Tensor:
        """Return how well P pictures and P sentences match, as logits (P,)."""
        words = text.words + text.context
        for layer in self.layers:
            words = layer(words, memory.features, memory.mask)
        counts = text.mask[..., None]
        mean = (words * counts).sum(1) / counts.sum(1).clamp(min=1)
        scores: Tensor = self.score(mean)[:, 0]
        return scores

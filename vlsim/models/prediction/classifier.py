"""Classification: one word as the answer to a sentence about a picture."""

import torch
from torch import Tensor, nn

from vlsim.language.tokenizer import PAD_ID
from vlsim.models.config import BackboneConfig
from vlsim.models.fusion import Fused
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.tokens import TextTokens


@PREDICTION_HEADS.register("classifier")
class ClassifierHead(PredictionHead):
    """Chooses a word of the vocabulary by the sentence and by what it named in the picture."""

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        dim, n_roles = config.dim, len(config.roles)
        self.layers = nn.Sequential(
            nn.LayerNorm((1 + n_roles) * dim),
            nn.Linear((1 + n_roles) * dim, 2 * dim),
            nn.ReLU(),
            nn.Linear(2 * dim, config.vocabulary_size),
        )

    def forward(self, fused: Fused, text: TextTokens) -> Tensor:
        """Return logits (M, V) of the answers to M sentences."""
        counts = text.mask[..., None]
        mean = (text.context * counts).sum(1) / counts.sum(1).clamp(min=1)
        row = torch.cat([mean, fused.seen.flatten(1)], dim=1)
        logits: Tensor = self.layers(row)
        # Nothing is answered with padding.
        return logits.index_fill(-1, torch.tensor([PAD_ID], device=row.device), -1e4)

"""Early fusion: image tokens and words stand in one row, and all attend to all."""

import torch
from torch import nn

from vlsim.models.fusion.base import FUSION, HEADS, Attention, Fusion
from vlsim.models.tokens import ImageTokens, TextTokens

LAYERS = 2


@FUSION.register("early")
class Early(Fusion):
    """A transformer over both senses' tokens; a learned vector tells whose a token is."""

    dim_multiple = HEADS

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the layers."""
        super().__init__(dim, n_roles)
        self.senses = nn.Parameter(torch.randn(2, dim) * 0.02)
        self.place = nn.Linear(2, dim)
        self.layers = nn.ModuleList(Attention(dim) for _ in range(LAYERS))

    def join(self, image: ImageTokens, text: TextTokens) -> tuple[ImageTokens, TextTokens]:
        """Return image tokens and words after they have attended to each other."""
        image = image.repeated(text.mask.shape[0] // image.features.shape[0])
        cells = image.features + self.senses[0] + self.place(image.grid)
        tokens = torch.cat([cells, text.context + self.senses[1]], dim=1)
        mask = torch.cat([text.mask.new_ones(cells.shape[:2]), text.mask], dim=1)
        for layer in self.layers:
            tokens = layer(tokens, tokens, mask)
        n = cells.shape[1]
        words = TextTokens(text.words, tokens[:, n:], text.mask)
        return image.changed(tokens[:, :n]), words

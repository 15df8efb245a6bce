"""Gated cross-attention: the picture reads the words, as much as a gate that begins shut allows."""

import torch
from torch import nn

from vlsim.models.fusion.base import FUSION, HEADS, Attention, Fusion
from vlsim.models.tokens import ImageTokens, TextTokens

LAYERS = 2


@FUSION.register("gated")
class Gated(Fusion):
    """Begins as role attention, and opens where reading the words pays.

    Source:
        Alayrac et al. 2022, arXiv 2204.14198, section 2.3: tanh gates that begin at 0.
    """

    dim_multiple = HEADS

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the layers and their gates."""
        super().__init__(dim, n_roles)
        self.layers = nn.ModuleList(Attention(dim) for _ in range(LAYERS))
        self.gates = nn.Parameter(torch.zeros(LAYERS, 2))

    def join(self, image: ImageTokens, text: TextTokens) -> tuple[ImageTokens, TextTokens]:
        """Return the image tokens with what they read in the words."""
        image = image.repeated(text.mask.shape[0] // image.features.shape[0])
        cells = image.features
        for layer, gates in zip(self.layers, torch.tanh(self.gates), strict=True):
            assert isinstance(layer, Attention)
            cells = cells + gates[0] * layer.attend(cells, text.context, text.mask)
            cells = cells + gates[1] * layer.feed(cells)
        return image.changed(cells), text

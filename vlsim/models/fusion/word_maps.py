"""Word maps: every word marks the cells that it fits, and leaves its meaning there."""

import torch
from torch import Tensor, nn

from vlsim.models.fusion.base import FUSION, Fusion
from vlsim.models.tokens import ImageTokens, TextTokens

BLOCKS, WIDTH = 3, 5
"""Residual blocks and the width of their convolutions: together they see 13 x 13 cells."""


@FUSION.register("word_maps")
class WordMaps(Fusion):
    """Words mark cells; convolutions that the sentence modulates compare cells with their likes.

    Marks say where "red" and where "cube" is; what "left of" means is a matter of cells beside
    each other, hence the convolutions. The grid of each camera must be square.

    Source:
        Own design; the modulation is FiLM (Perez et al. 2018, arXiv 1709.07871).
    """

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the marks and the blocks; they begin with a scale near 1 and a shift near 0."""
        super().__init__(dim, n_roles)
        self.place = nn.Linear(2, dim)
        self.mark_keys, self.mark_values = nn.Linear(2 * dim, dim), nn.Linear(2 * dim, dim)
        self.mark_bias = nn.Parameter(torch.tensor(-2.0))
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(dim, dim, WIDTH, padding=WIDTH // 2, groups=dim),
                nn.Conv2d(dim, dim, 1),
            )
            for _ in range(BLOCKS)
        )
        self.modulation = nn.Linear(2 * dim, BLOCKS * 2 * dim)
        with torch.no_grad():
            self.modulation.weight.mul_(0.1)

    def join(self, image: ImageTokens, text: TextTokens) -> tuple[ImageTokens, TextTokens]:
        """Return the image tokens as words and their neighbours change them."""
        image = image.repeated(text.mask.shape[0] // image.features.shape[0])
        mask = text.mask[..., None]
        words = torch.cat([text.words, text.context], dim=-1)
        scores = image.features @ self.mark_keys(words).transpose(1, 2)
        marks = torch.sigmoid(scores * image.features.shape[-1] ** -0.5 + self.mark_bias)
        left = marks @ (self.mark_values(words) * mask)
        cells = self._as_maps(image.features + self.place(image.grid) + left, image.n_front)
        sentence = (words * mask).sum(1) / mask.sum(1).clamp(min=1)
        n_views = image.features.shape[1] // image.n_front
        changes = self.modulation(sentence).repeat_interleave(n_views, dim=0)
        changes = changes.unflatten(-1, (BLOCKS, 2, -1, 1, 1)).unbind(1)
        for block, change in zip(self.blocks, changes, strict=True):
            scale, shift = change.unbind(1)
            cells = cells + torch.relu((1 + scale) * block(cells) + shift)
        return image.changed(cells.flatten(2).transpose(1, 2).reshape(image.features.shape)), text

    @staticmethod
    def _as_maps(cells: Tensor, n_front: int) -> Tensor:
        """Return the cells (M, V * F, D) of V cameras as maps (M * V, D, side, side)."""
        side = round(n_front**0.5)
        maps = cells.view(-1, side, side, cells.shape[-1])
        return maps.permute(0, 3, 1, 2)

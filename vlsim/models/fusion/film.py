"""FiLM: the sentence scales and shifts the features of the picture."""

import torch
from torch import nn

from vlsim.models.axes import Axes
from vlsim.models.fusion.base import FUSION, Fusion
from vlsim.models.tokens import ImageTokens, TextTokens

BLOCKS = 2


@FUSION.register("film")
class FiLM(Fusion):
    """Residual blocks whose features the mean of the words scales and shifts.

    Source:
        Perez et al. 2018, arXiv 1709.07871; the blocks are layers on tokens, not convolutions.
    """

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the blocks; they begin with a scale near 1 and a shift near 0."""
        super().__init__(dim, n_roles)
        self.place = nn.Linear(2, dim)
        self.before = nn.ModuleList(nn.Linear(dim, dim) for _ in range(BLOCKS))
        self.after = nn.ModuleList(nn.Linear(dim, dim) for _ in range(BLOCKS))
        self.modulation = nn.Linear(2 * dim, BLOCKS * 2 * dim)
        with torch.no_grad():
            self.modulation.weight.mul_(0.1)

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over: of each block there are a scale and a shift."""
        axes = {
            **self.shared_axes,
            "place.weight": "image",
            "place.bias": "image",
        }
        changed = "+".join(f"2*block{i}" for i in range(BLOCKS))
        axes |= {"modulation.weight": f"{changed} words+context", "modulation.bias": changed}
        for i in range(BLOCKS):
            axes |= {
                f"before.{i}.weight": f"block{i} image",
                f"before.{i}.bias": f"block{i}",
                f"after.{i}.weight": f"image block{i}",
                f"after.{i}.bias": "image",
            }
        return axes

    def join(self, image: ImageTokens, text: TextTokens) -> tuple[ImageTokens, TextTokens]:
        """Return the image tokens as the sentence changes them."""
        image = image.repeated(text.mask.shape[0] // image.features.shape[0])
        counts = text.mask[..., None]
        words = (torch.cat([text.words, text.context], dim=-1) * counts).sum(1)
        sentence = words / counts.sum(1).clamp(min=1)
        changes = self.modulation(sentence).unflatten(-1, (BLOCKS, 2, 1, -1)).unbind(1)
        cells = image.features + self.place(image.grid)
        for before, after, change in zip(self.before, self.after, changes, strict=True):
            scale, shift = change.unbind(1)
            cells = cells + after(torch.relu((1 + scale) * before(cells) + shift))
        return image.changed(cells), text

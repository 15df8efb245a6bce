"""What the parts of a network hand to each other: tokens of pictures and of sentences."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class ImageTokens:
    """A picture as N tokens that know where they are.

    Args:
        features: Shape (B, N, D), float.
        grid: Image coordinates (u, v) of the middle of every token's patch, -1 to 1. Shape (N, 2).
    """

    features: Tensor
    grid: Tensor

    def repeated(self, times: int) -> "ImageTokens":
        """Return every picture's tokens `times` times in a row."""
        return ImageTokens(self.features.repeat_interleave(times, dim=0), self.grid)


@dataclass(frozen=True, eq=False)
class TextTokens:
    """A sentence as L tokens, of which the padding does not count.

    Args:
        words: What each token says by itself. Shape (M, L, D), float.
        context: What it says in its sentence. Shape (M, L, D), float.
        mask: False where there is padding. Shape (M, L), bool.
    """

    words: Tensor
    context: Tensor
    mask: Tensor

    def picked(self, rows: Tensor) -> "TextTokens":
        """Return the sentences of these rows, (K,) int64."""
        return TextTokens(self.words[rows], self.context[rows], self.mask[rows])

    @staticmethod
    def stacked(sentences: "list[TextTokens]") -> "TextTokens":
        """Return several sentences as one batch."""
        return TextTokens(
            torch.cat([s.words for s in sentences]),
            torch.cat([s.context for s in sentences]),
            torch.cat([s.mask for s in sentences]),
        )


def to_image(pixels: Tensor) -> Tensor:
    """Return float pictures (B, 3, H, W) in [0, 1] for bytes (B, H, W, 3)."""
    return pixels.permute(0, 3, 1, 2).float() / 255


def coordinate_grid(height: int, width: int) -> Tensor:
    """Return u, v of the middle of every cell, row by row, -1 to 1. Shape (height * width, 2).

    >>> coordinate_grid(2, 2).tolist()
    [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]]
    """
    v = (torch.arange(height) + 0.5) / height * 2 - 1
    u = (torch.arange(width) + 0.5) / width * 2 - 1
    return torch.cartesian_prod(v, u).flip(1)

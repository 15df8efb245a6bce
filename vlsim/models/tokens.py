"""What the parts of a network hand to each other: tokens of pictures and of sentences."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class ImageTokens:
    """What the cameras see as N tokens that know where they are, those of the front camera first.

    Args:
        features: Shape (B, N, D), float.
        grid: Image coordinates (u, v) of the middle of every token's patch in the picture of its
            camera, -1 to 1. Shape (N, 2).
        n_front: How many tokens are of the front camera: points lie in its picture.
    """

    features: Tensor
    grid: Tensor
    n_front: int

    def changed(self, features: Tensor) -> "ImageTokens":
        """Return the same places with other features, (B, N, D) or (M, N, D)."""
        return replace(self, features=features)

    def repeated(self, times: int) -> "ImageTokens":
        """Return every picture's tokens `times` times in a row."""
        return self.changed(self.features.repeat_interleave(times, dim=0))


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
        """Return several sentences as one batch, padded to the longest."""
        longest = max(s.mask.shape[1] for s in sentences)
        return TextTokens(
            *(
                torch.cat([_padded(getattr(s, name), longest) for s in sentences])
                for name in ("words", "context", "mask")
            )
        )


def _padded(tokens: Tensor, length: int) -> Tensor:
    """Return (M, L, …) as (M, `length`, …), zeros behind."""
    shape = (tokens.shape[0], length - tokens.shape[1], *tokens.shape[2:])
    return torch.cat([tokens, tokens.new_zeros(shape)], dim=1)


def to_image(pixels: Tensor) -> Tensor:
    """Return float pictures (..., 3, H, W) in [0, 1] for bytes (..., H, W, 3)."""
    # Floats first: TensorRT does nothing else with bytes.
    return pixels.float().movedim(-1, -3) / 255


def coordinate_grid(height: int, width: int) -> Tensor:
    """Return u, v of the middle of every cell, row by row, -1 to 1. Shape (height * width, 2).

    >>> coordinate_grid(2, 2).tolist()
    [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]]
    """
    v = (torch.arange(height) + 0.5) / height * 2 - 1
    u = (torch.arange(width) + 0.5) / width * 2 - 1
    return torch.cartesian_prod(v, u).flip(1)

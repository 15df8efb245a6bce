"""One space for pictures and sentences, in which those that belong together are near."""

import math

import torch
from torch import Tensor, nn

SIZE = 128
"""Dimensions of the space."""
FIRST_SCALE, LARGEST_SCALE = 1 / 0.07, 100.0
"""What cosines are multiplied with at the start, and at most: an inverse temperature."""


class JointSpace(nn.Module):
    """A unit vector for each picture and each sentence, and a learned, clamped temperature.

    Source:
        Radford et al. 2021, arXiv 2103.00020, section 2.4 (CLIP). Tokens are pooled by their
        largest and their mean features, so that a small thing is not averaged away.
    """

    def __init__(self, dim: int, size: int = SIZE) -> None:
        """Build the projections of tokens with `dim` features."""
        super().__init__()
        self.picture, self.sentence = nn.Linear(2 * dim, size), nn.Linear(2 * dim, size)
        self.log_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))

    def of_pictures(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return unit vectors (B, E) of pictures, of tokens (B, K, D) that count by a mask."""
        return _unit(self.picture(_pooled(tokens, mask)))

    def of_sentences(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors (M, E) of sentences, of tokens (M, L, D) that count by a mask."""
        return _unit(self.sentence(_pooled(tokens, mask)))

    def agreement(self, pictures: Tensor, sentences: Tensor) -> Tensor:
        """Return the cosine of every picture and sentence over the temperature, (B, M)."""
        # The parameter itself is clamped, so that it comes back at once when it has to.
        self.log_scale.data.clamp_(max=math.log(LARGEST_SCALE))
        return self.log_scale.exp() * pictures @ sentences.T


def _pooled(tokens: Tensor, mask: Tensor | None) -> Tensor:
    """Return the largest and the mean features (M, 2 D) of tokens (M, K, D) that count."""
    if mask is None:
        return torch.cat([tokens.amax(1), tokens.mean(1)], dim=-1)
    counts = mask[..., None]
    largest = tokens.masked_fill(~counts, -1e4).amax(1) * counts.any(1)
    mean = (tokens * counts).sum(1) / counts.sum(1).clamp(min=1)
    return torch.cat([largest, mean], dim=-1)


def _unit(vectors: Tensor) -> Tensor:
    return nn.functional.normalize(vectors, dim=-1)

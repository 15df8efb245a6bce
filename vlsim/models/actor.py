"""The vision-language actor: picture, words and joints in, an action out."""

import torch
from torch import Tensor, nn

from vlsim.models.backbone import Backbone
from vlsim.models.config import POINTED, ActorConfig
from vlsim.models.fusion import Fused
from vlsim.models.heads import HEADS
from vlsim.models.tokens import TextTokens


class Actor(nn.Module):
    """Grounds the words in the picture and acts on what it found."""

    def __init__(self, config: ActorConfig) -> None:
        """Build an untrained actor."""
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone)
        self.head = HEADS["pointing" if config.control == POINTED else "steering"](config)

    def look(self, image: Tensor, text: TextTokens, proprio: Tensor) -> tuple[Tensor, Fused]:
        """Return feature rows (B, F) and what the attention found.

        Args:
            image: Shape (B, 3, H, W), float in [0, 1].
            text: Of B sentences, from `backbone.read`.
            proprio: Shape (B, P), float.
        """
        fused = self.backbone.join(self.backbone.vision(image), text)
        return self.rows(fused, proprio), fused

    def rows(self, fused: Fused, proprio: Tensor) -> Tensor:
        """Return the feature rows (B, F) of what B sentences name, and proprioception (B, P)."""
        return torch.cat([fused.uv.flatten(1), fused.seen.flatten(1), proprio], dim=1)

    def forward(self, image: Tensor, ids: Tensor, proprio: Tensor) -> Tensor:
        """Return the deterministic action (B, A), not yet clipped to [-1, 1].

        Args:
            image: Shape (B, 3, H, W), float in [0, 1].
            ids: Shape (B, L), int64.
            proprio: Shape (B, P), float.
        """
        action: Tensor = self.head(self.look(image, self.backbone.read(ids), proprio)[0])
        return action

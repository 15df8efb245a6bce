"""The vision-language actor: picture, words and joints in, an action out."""

import torch
from torch import Tensor, nn

from vlsim.errors import InvalidValueError
from vlsim.models.backbone import Backbone
from vlsim.models.config import ActorConfig
from vlsim.models.fusion import Fused
from vlsim.models.fusion.base import RolePooling
from vlsim.models.heads import HEADS, ActionHead
from vlsim.models.tokens import TextTokens


class Actor(nn.Module):
    """Grounds the words in the picture and acts on what it found."""

    def __init__(self, config: ActorConfig) -> None:
        """Build an untrained actor.

        Raises:
            UnknownNameError: If there is no part of a name.
            InvalidValueError: If parts and sizes do not fit, or a tower cannot be loaded.
        """
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone)
        if config.n_words > (most := self.backbone.text.most_words):
            raise InvalidValueError(
                f"The text part '{config.backbone.text}' reads sentences of up to {most} words, "
                f"and those of the task have up to {config.n_words}; take another of either."
            )
        head = HEADS[config.head](config.n_features, config)
        assert isinstance(head, ActionHead)
        self.head = head
        self.gist = RolePooling(config.backbone.dim, n_roles=1) if config.reads_gist else None

    def look(self, image: Tensor, text: TextTokens, proprio: Tensor) -> tuple[Tensor, Fused]:
        """Return feature rows (B, F) and what the attention found.

        Args:
            image: Shape (B, V, 3, H, W), float in [0, 1].
            text: Of B sentences, from `backbone.read`.
            proprio: Shape (B, P), float.
        """
        fused = self.backbone.join(self.backbone.see(image), text)
        return self.rows(fused, text, proprio), fused

    def rows(self, fused: Fused, text: TextTokens, proprio: Tensor) -> Tensor:
        """Return the feature rows (B, F) that the head reads.

        Args:
            fused: What B sentences name in their pictures.
            text: The tokens of these sentences, from `backbone.read`.
            proprio: Shape (B, P), float.
        """
        parts = [fused.uv.flatten(1), fused.seen.flatten(1), proprio]
        if self.gist is not None:
            parts.append(self.gist(text).flatten(1))
        return torch.cat(parts, dim=1)

    def forward(self, image: Tensor, ids: Tensor, proprio: Tensor) -> Tensor:
        """Return the deterministic action (B, A), not yet clipped to [-1, 1].

        Args:
            image: Shape (B, V, 3, H, W), float in [0, 1].
            ids: Shape (B, L), int64.
            proprio: Shape (B, P), float.
        """
        action: Tensor = self.head(self.look(image, self.backbone.read(ids), proprio)[0])
        return action

"""What is computed of an actor: a graph for the words, one for each action, and both in one."""

from dataclasses import fields

import torch
from torch import Tensor, nn

from vlsim.models.actor import Actor
from vlsim.models.tokens import TextTokens, to_image

TEXT_OUTPUTS = tuple(field.name for field in fields(TextTokens))
"""What the text graph returns and the policy graph takes."""


class TextGraph(nn.Module):
    """Sentences in, their tokens out; computed once for each instruction."""

    def __init__(self, actor: Actor) -> None:
        """Take an actor's text part."""
        super().__init__()
        self.text = actor.backbone.text

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return words (M, L, D), context (M, L, D) and mask (M, L) of token ids (M, L)."""
        tokens = self.text(ids)
        return tokens.words.float(), tokens.context.float(), tokens.mask


class PolicyGraph(nn.Module):
    """Pictures, tokens of sentences and proprioception in, actions and attention out."""

    def __init__(self, actor: Actor) -> None:
        """Take an actor."""
        super().__init__()
        self.actor = actor

    def forward(
        self, image: Tensor, words: Tensor, context: Tensor, mask: Tensor, proprio: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return actions (B, A) in [-1, 1] and attention (B, R, h, w), of sum 1 each.

        Args:
            image: Shape (B, V, S, S, 3), uint8.
            words: Shape (B, L, D).
            context: Shape (B, L, D).
            mask: Shape (B, L), bool.
            proprio: Shape (B, P).
        """
        text = TextTokens(words, context, mask)
        rows, found = self.actor.look(to_image(image), text, proprio)
        side = self.actor.backbone.vision.side
        attention = torch.softmax(found.scores, dim=-1)
        b, r = attention.shape[:2]
        return self.actor.head(rows).clamp(-1, 1), attention.view(b, r, side, side)

"""What is computed of an actor: a graph for the words, one for each action, and both in one."""

import torch
from torch import Tensor, nn

from vlsim.models.actor import Actor
from vlsim.models.tokens import TextTokens, to_image


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
        """Take an actor. It computes in the type of its weights, with FP32 at the edges."""
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
        kind = self.actor.backbone.dtype
        text = TextTokens(words.to(kind), context.to(kind), mask)
        rows, found = self.actor.look(to_image(image).to(kind), text, proprio.to(kind))
        side = self.actor.backbone.vision.side
        attention = torch.softmax(found.scores, dim=-1)
        b, r = attention.shape[:2]
        actions = self.actor.head(rows).clamp(-1, 1)
        return actions.float(), attention.view(b, r, side, side).float()


class FusedGraph(nn.Module):
    """Pictures, token ids and proprioception in, actions and attention out."""

    def __init__(self, actor: Actor) -> None:
        """Take an actor."""
        super().__init__()
        self.read, self.policy = TextGraph(actor), PolicyGraph(actor)

    def forward(self, image: Tensor, ids: Tensor, proprio: Tensor) -> tuple[Tensor, Tensor]:
        """Return actions and attention as `PolicyGraph` does, of token ids (B, L)."""
        actions, attention = self.policy(image, *self.read(ids), proprio)
        return actions, attention

"""A small recurrent text encoder: a sentence becomes one vector per role."""

import torch
from torch import Tensor, nn


class GruEncoder(nn.Module):
    """Word vectors, a GRU in both directions, and for each role an attention over the words.

    The roles (what to act on, where to) pool word vectors beside their context: "red" keeps its
    meaning in a sentence that training never showed; only its role is read from the context.
    """

    def __init__(self, vocabulary_size: int, dim: int, n_roles: int) -> None:
        """Build an encoder for `n_roles` roles."""
        super().__init__()
        self.words = nn.Embedding(vocabulary_size, dim, padding_idx=0)
        self.context = nn.GRU(dim, dim // 2, batch_first=True, bidirectional=True)
        self.role_scores = nn.Linear(dim, n_roles)
        self.role_values = nn.Linear(2 * dim, dim)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return what is said of each role, (B, R, D), for tokens (B, L), int64, 0 is padding."""
        mask = (tokens > 0)[..., None]
        words = self.words(tokens)
        context = self.context(words)[0] * mask
        # Not -inf: a sentence without words must give a number.
        weights = torch.softmax(self.role_scores(context).masked_fill(~mask, -1e4), dim=1) * mask
        pooled = torch.einsum("blr,bld->brd", weights, torch.cat([words, context], dim=-1))
        roles: Tensor = self.role_values(pooled)
        return roles

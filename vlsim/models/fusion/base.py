"""What every fusion part is: words and picture meet, and each role of the sentence points."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from vlsim.models.axes import ROLE, Axes, under
from vlsim.models.tokens import ImageTokens, TextTokens
from vlsim.plugins import load_parts
from vlsim.registry import Registry


@dataclass(frozen=True, eq=False)
class Fused:
    """What M sentences name in their pictures.

    Args:
        scores: Of every token of the front camera for every role, unnormalised. Shape (M, R, F).
        uv: Expected image coordinates under the softmax of the scores. Shape (M, R, 2).
        seen: Features that the attention reads from the tokens of all cameras. Shape (M, R, D).
    """

    scores: Tensor
    uv: Tensor
    seen: Tensor


class RolePooling(nn.Module):
    """For each role an attention over the words: what does the sentence say of it?

    Roles (what to act on, where to) pool the words beside their context: "red" keeps its meaning
    in a sentence that training never showed; only its role is read from the context.
    """

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build the attention of `n_roles` roles."""
        super().__init__()
        self.scores = nn.Linear(dim, n_roles)
        self.values = nn.Linear(2 * dim, dim)

    @staticmethod
    def axes(pooled: str) -> Axes:
        """Return which channels its weights run over, if those of what it says are `pooled`."""
        return {
            "scores.weight": ". context",
            "values.weight": f"{pooled} words+context",
            "values.bias": pooled,
        }

    def forward(self, text: TextTokens) -> Tensor:
        """Return what M sentences say of each role, (M, R, D)."""
        mask = text.mask[..., None]
        # Not -inf: a sentence without words must give a number.
        weights = torch.softmax(self.scores(text.context).masked_fill(~mask, -1e4), dim=1) * mask
        words = torch.cat([text.words, text.context], dim=-1)
        roles: Tensor = self.values(torch.einsum("mlr,mld->mrd", weights, words))
        return roles


class Fusion(nn.Module):
    """Joins picture and words, then lets every role of the sentence score every image token.

    The score is the dot product of the role's vector with the token's key, so that evidence for
    "red" and for "cube" adds up: a red cube is found without ever having been seen. A subclass is
    registered in `FUSION` under its name, takes (dim, n_roles), and overrides `join`.
    """

    dim_multiple: ClassVar[int] = 1
    """What `dim` must be a multiple of."""

    def __init__(self, dim: int, n_roles: int) -> None:
        """Build what all fusions share."""
        super().__init__()
        self.n_roles = n_roles
        self.pool = RolePooling(dim, n_roles)
        self.keys = nn.Linear(dim, n_roles * dim)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    @property
    def axes(self) -> Axes | None:
        """Which channels its weights run over, None if it cannot be rebuilt narrower."""
        return None

    @property
    def shared_axes(self) -> Axes:
        """Those of the weights that every fusion has."""
        keys = f"{self.n_roles}*{ROLE}"
        return {
            **under("pool.", self.pool.axes(ROLE)),
            "keys.weight": f"{keys} image",
            "keys.bias": keys,
        }

    def join(self, image: ImageTokens, text: TextTokens) -> tuple[ImageTokens, TextTokens]:
        """Return the tokens after picture and words have met.

        Args:
            image: Of B pictures.
            text: Of M = B * S sentences, the S of a picture one after the other. What comes back
                may have image tokens of B pictures, or of M, one for each sentence.
        """
        return image, text

    def forward(self, image: ImageTokens, text: TextTokens) -> Fused:
        """Return what sentences name; M = B * S sentences, the S of a picture in a row."""
        joined, text = self.join(image, text)
        scores = self.score(joined, self.pool(text))
        weights = torch.softmax(scores, dim=-1)
        b = joined.features.shape[0]
        s = scores.shape[0] // b
        of_pictures = weights.view(b, s, *weights.shape[1:])
        seen = torch.einsum("bsrn,bnd->bsrd", of_pictures, joined.features)
        front = scores[..., : image.n_front]
        pointing = weights if image.n_front == len(image.grid) else torch.softmax(front, dim=-1)
        return Fused(front, pointing @ image.grid[: image.n_front], seen.flatten(0, 1))

    def score(self, image: ImageTokens, roles: Tensor) -> Tensor:
        """Return the scores of every image token, (M, R, N), for role vectors (M, R, D)."""
        b = image.features.shape[0]
        queries, offsets = self._queries(roles)
        scores = queries.reshape(b, -1, queries.shape[-1]) @ image.features.transpose(1, 2)
        return self._scaled(scores.view(*roles.shape[:2], -1) + offsets)

    def sharpness(self, image: ImageTokens, text: TextTokens) -> Tensor:
        """Return how clearly each picture shows what each sentence says of its roles.

        Picture and words are compared before they have met, or every pair of the batch would have
        to be joined.

        Args:
            image: Of I pictures.
            text: Of J sentences.

        Returns:
            Log of the mean exponentiated score. Shape (I, J, R).
        """
        queries, offsets = self._queries(self.pool(text))
        scores = queries.flatten(0, 1) @ image.features.transpose(1, 2)
        scores = self._scaled(scores.view(len(scores), *queries.shape[:2], -1) + offsets)
        return torch.logsumexp(scores, dim=-1) - math.log(image.features.shape[1])

    def _queries(self, roles: Tensor) -> tuple[Tensor, Tensor]:
        """Return what tokens are multiplied with, (M, R, D), and what is added, (M, R, 1).

        A score is the product of a role, a matrix and a token. There are fewer roles than tokens,
        so the matrix is multiplied with the roles, and no token has a key for each of them.
        """
        d = roles.shape[-1]
        matrix, offset = self.keys.weight.view(-1, d, d), self.keys.bias.view(-1, d)
        queries = (roles.transpose(0, 1) @ matrix).transpose(0, 1)
        return queries, (roles * offset).sum(-1, keepdim=True)

    def _scaled(self, scores: Tensor) -> Tensor:
        scale: Tensor = self.log_scale.exp() * self.pool.values.out_features**-0.5
        return scores * scale


HEADS = 4


class Attention(nn.Module):
    """Multi-head attention of queries to tokens that may be padding, and a small network after it.

    Softmax and products are written out: on a CPU that is faster than the fused kernel, and every
    exporter knows them.
    """

    def __init__(self, dim: int, heads: int = HEADS) -> None:
        """Build one layer."""
        super().__init__()
        self.heads = heads
        self.normalise = nn.LayerNorm(dim)
        self.query, self.key_value = nn.Linear(dim, dim), nn.Linear(dim, 2 * dim)
        self.out = nn.Linear(dim, dim)
        self.feed = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, 2 * dim), nn.ReLU(), nn.Linear(2 * dim, dim)
        )

    def attend(self, queries: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return what queries (M, Q, D) read in memory (M, K, D).

        The mask is False at padding, (M, K), or where a query must not look, (M, Q, K). Nothing is
        read where all is masked.
        """
        split = (self.heads, queries.shape[-1] // self.heads)
        query = self.query(self.normalise(queries)).unflatten(-1, split)
        key, value = self.key_value(memory).unflatten(-1, (2, *split)).unbind(-3)
        scores = torch.einsum("mqhd,mkhd->mhqk", query, key) * split[1] ** -0.5
        if mask is None:
            weights = torch.softmax(scores, dim=-1)
        else:
            counts = mask[:, None, None, :] if mask.dim() == 2 else mask[:, None]
            weights = torch.softmax(scores.masked_fill(~counts, -1e4), dim=-1) * counts
        out: Tensor = self.out(torch.einsum("mhqk,mkhd->mqhd", weights, value).flatten(-2))
        return out

    def forward(self, queries: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the queries (M, Q, D) with what they read added."""
        read = queries + self.attend(queries, memory, mask)
        out: Tensor = read + self.feed(read)
        return out


FUSION: Registry[type[Fusion]] = Registry("fusion part", load_parts)

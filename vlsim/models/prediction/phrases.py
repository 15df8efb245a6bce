"""Phrases: which things the noun phrases of a sentence name."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vlsim.models.config import BackboneConfig
from vlsim.models.fusion.base import RolePooling
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.prediction.things import Things, feature_size
from vlsim.models.tokens import TextTokens

PHRASES = 4
"""Phrases of a sentence that are told apart, in the order in which they begin."""
RELATION = 16
"""Features of how two things stand to each other."""
NO = -1e4
"""Logit of what is not there."""


@dataclass(frozen=True, eq=False)
class Named:
    """What the phrases of M sentences name.

    Args:
        scores: Whether phrase p names thing k, as a logit. Shape (M, P, K), float.
        things: The things of the sentences' pictures, M times K.
    """

    scores: Tensor
    things: Things


@PREDICTION_HEADS.register("phrases")
class PhraseHead(PredictionHead):
    """Matches phrases with things, then narrows each phrase by the one after it.

    "The cube left of the red ball" names a thing that is a cube (the phrase's own words), to the
    left (the relation) of what "the red ball" names, the phrase after it. Phrases are resolved
    from the last to the first, so relations nest. A phrase such as "the largest cube" is narrowed
    by the other cubes in the same way. All of these must hold.
    """

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        dim = config.dim
        self.words = RolePooling(dim, PHRASES)
        self.relations = RolePooling(dim, PHRASES)
        self.key = nn.Sequential(
            nn.Linear(feature_size(config), dim), nn.ReLU(), nn.Linear(dim, dim)
        )
        self.own = nn.Linear(dim, 1)
        self.pair = nn.Sequential(nn.Linear(PAIR, 32), nn.ReLU(), nn.Linear(32, RELATION))
        self.between = nn.Linear(dim, 2 * (RELATION + 1))
        # It begins with phrases that no other thing narrows.
        nn.init.zeros_(self.between.weight)
        with torch.no_grad():
            self.between.bias.copy_(torch.tensor(2 * [*[0.0] * RELATION, 3.0]))

    def forward(self, things: Things, text: TextTokens) -> Named:
        """Return what M = B * S sentences name among the things of B pictures."""
        words = self.words(text)
        things = things.repeated(len(words) // len(things.mask))
        keys = self.key(things.features)
        own = torch.einsum("mpd,mkd->mpk", words, keys) * keys.shape[-1] ** -0.5 + self.own(words)
        own = own.masked_fill(~things.mask[:, None], NO)
        how = self.between(self.relations(text)).unflatten(-1, (2, RELATION + 1))
        pairs = self.pair(pair_features(things))
        scores: list[Tensor] = []
        following = torch.zeros_like(own[:, 0])
        for p in reversed(range(PHRASES)):
            others = torch.sigmoid(own[:, p])
            others = others / others.sum(-1, keepdim=True).clamp(min=1e-3)
            seen = torch.stack([following, others], dim=1)
            # What thing k is to those that the phrase after it, and this phrase, name.
            to_them = torch.einsum("msj,mkjr->mskr", seen, pairs)
            vectors, bias = how[:, p].split([RELATION, 1], dim=-1)
            holds = torch.einsum("mskr,msr->msk", to_them, vectors) + bias
            score = all_of(torch.cat([own[:, p, None], holds], dim=1))
            scores.insert(0, score.masked_fill(~things.mask, NO))
            following = torch.softmax(scores[0], dim=-1)
        return Named(torch.stack(scores, dim=1), things)


PAIR = 12
"""What is measured between two things."""


def pair_features(things: Things) -> Tensor:
    """Return how thing k stands to thing j: where, how far, how much larger. (M, K, K, 12)."""
    boxes = things.boxes
    middle, size = (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
    offset = middle[:, :, None] - middle[:, None]
    larger = size[:, :, None] - size[:, None]
    edges = boxes[:, :, None] - boxes[:, None]
    distance = offset.square().sum(-1, keepdim=True).add(1e-6).sqrt()
    same = torch.eye(boxes.shape[1], device=boxes.device).expand(len(boxes), -1, -1)[..., None]
    return torch.cat(
        [4 * offset, 8 * larger, 4 * edges, 4 * offset.abs(), 4 * distance, same], dim=-1
    )


def all_of(scores: Tensor) -> Tensor:
    """Return the logit of "all of these hold" for logits (M, N, K) of independent things, (M, K).

    >>> all_of(torch.zeros(1, 2, 1)).sigmoid().item()
    0.25
    """
    certain = torch.nn.functional.logsigmoid(scores).sum(1)
    # log(p / (1 - p)), with 1 - p kept from 0.
    return certain - torch.log(-torch.expm1(certain.clamp(max=-1e-6)))

"""Answers: the word that a question about a picture is answered with."""

import torch
from torch import Tensor, nn

from vlsim.models.config import BackboneConfig
from vlsim.models.fusion.base import Attention, RolePooling
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead
from vlsim.models.prediction.phrases import PAIR, Named, pair_features
from vlsim.models.prediction.things import ATTRIBUTES, VALUES, feature_size
from vlsim.models.tokens import TextTokens

HIDDEN = 128
COUNTS = torch.arange(0.0, 9.0)
DIFFERENCES = torch.arange(-4.0, 5.0)
OFFSETS = 8


@PREDICTION_HEADS.register("answers")
class AnswerHead(PredictionHead):
    """Answers from what the first two phrases name: how many, how many more, what, and where.

    Counts, their difference, what is named, whether it is as the words say ("is the block not
    red") and how the two stand to each other are computed as such, since no attention learns them
    from answers alone in the time that the rest takes. What they do not cover is read from the
    things by attention.
    """

    def __init__(self, config: BackboneConfig) -> None:
        """Build the head."""
        super().__init__(config)
        dim = config.dim
        self.question = RolePooling(dim, 1)
        self.said = nn.Sequential(RolePooling(dim, 1), nn.Linear(dim, sum(VALUES)))
        self.things = nn.Linear(feature_size(config), dim)
        self.attention = nn.ModuleList(Attention(dim) for _ in range(2))
        self.asked = nn.Linear(dim, OFFSETS * PAIR)
        n_facts = (
            2 * len(COUNTS) + len(DIFFERENCES) + 2 * sum(VALUES) + 3 * len(ATTRIBUTES) + OFFSETS
        )
        self.answer = nn.Sequential(
            nn.Linear(2 * dim + n_facts, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, config.vocabulary_size),
        )

    def forward(self, named: Named, text: TextTokens) -> Tensor:
        """Return logits of the words that may answer M questions, (M, V)."""
        things = named.things
        question = self.question(text)
        seen = question
        memory = self.things(things.features)
        for attention in self.attention:
            seen = attention(seen, memory, things.mask)
        counts = torch.sigmoid(named.scores[:, :2]).sum(-1)
        chosen = torch.softmax(named.scores[:, :2], dim=-1)
        values = chosen @ things.values
        pairs = (values[:, 0] * values[:, 1], *torch.unbind(values * self.said(text), dim=1))
        between = torch.einsum("mk,mj,mkjr->mr", chosen[:, 0], chosen[:, 1], pair_features(things))
        asked = self.asked(question.squeeze(1)).unflatten(-1, (OFFSETS, PAIR))
        facts = [
            near(counts[:, 0], COUNTS),
            near(counts[:, 1], COUNTS),
            near(counts[:, 0] - counts[:, 1], DIFFERENCES),
            values.flatten(1),
            *(shared(pair) for pair in pairs),
            torch.einsum("mqr,mr->mq", asked, between),
        ]
        row = torch.cat([question.flatten(1), seen.flatten(1), *facts], dim=-1)
        out: Tensor = self.answer(row)
        return out


def shared(values: Tensor) -> Tensor:
    """Return the sum of what stands at the values of each attribute, (M, A) to (M, N)."""
    return torch.stack([part.sum(-1) for part in torch.split(values, VALUES, dim=-1)], dim=-1)


def near(values: Tensor, numbers: Tensor) -> Tensor:
    """Return how near values (M,) are to each of some whole numbers (N,), 0 to 1. Shape (M, N).

    >>> [round(share, 2) for share in near(torch.tensor([2.0]), torch.arange(0.0, 4.0))[0].tolist()]
    [0.0, 0.01, 1.0, 0.01]
    """
    distance = values[:, None].clamp(numbers[0], numbers[-1]) - numbers.to(values)
    return torch.exp(-distance.square() / (2 * 0.33**2))

"""What words can look at in a picture: its things, or a coarse grid of cells."""

import torch
from torch import Tensor, nn

from vlsim.models.config import BackboneConfig
from vlsim.models.prediction.things import Things, feature_size
from vlsim.models.text_stack import Memory
from vlsim.models.tokens import ImageTokens, coordinate_grid

SIDE = 8
"""Cells a side that a picture's tokens are averaged to: a decoder need not look at hundreds."""


class Looking(nn.Module):
    """Turns what is seen into what a text stack looks at.

    Things are few and say what they are; where no head finds things, as beside PPO, words look at
    cells.
    """

    def __init__(self, config: BackboneConfig, dim: int) -> None:
        """Build the projections to `dim` features."""
        super().__init__()
        self.thing = nn.Linear(feature_size(config), dim)
        self.cell = nn.Linear(config.dim + 2, dim)

    def forward(self, image: ImageTokens, things: Things | None) -> Memory:
        """Return what B pictures show: their things, if these are known."""
        if things is not None:
            return Memory(self.thing(things.features), things.mask)
        cells = coarse_cells(image)
        return Memory(self.cell(cells), torch.ones_like(cells[..., 0], dtype=torch.bool))


def coarse_cells(image: ImageTokens) -> Tensor:
    """Return the front picture on a grid of at most `SIDE` cells a side, (B, K, D + 2).

    The last two features are the image coordinates of the cell.
    """
    front = image.features[:, : image.n_front]
    side = round(image.n_front**0.5)
    if side > SIDE:
        square = front.transpose(1, 2).reshape(*front.shape[::2], side, side)
        front = nn.functional.adaptive_avg_pool2d(square, SIDE).flatten(2).transpose(1, 2)
        side = SIDE
    uv = coordinate_grid(side, side).to(front).expand(len(front), -1, -1)
    return torch.cat([front, uv], dim=-1)

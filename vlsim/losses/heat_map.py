"""Where things are, as a map with a peak at the middle of each."""

import torch
from torch import Tensor
from torch.nn import functional


def heat_map_loss(scores: Tensor, heat: Tensor) -> Tensor:
    """Focal loss of a heat map: cells that are easy count little, and those near a peak, too.

    Args:
        scores: How sure it is that a thing's middle lies in a cell, as a logit. Shape (B, N).
        heat: 1 where one does, falling to 0 around it (`heat_of`). Shape (B, N), in [0, 1].

    Returns:
        Sum over cells for each true middle, in nats. Shape ().

    Source:
        Law and Deng 2018, arXiv 1808.01244, equation 1, with alpha 2 and beta 4.

    Example:
        >>> loss = heat_map_loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
        >>> round(loss.item(), 4)  # two cells, each 0.5 ** 2 * ln 2
        0.3466
    """
    sure = torch.sigmoid(scores)
    found = (1 - sure) ** 2 * -functional.logsigmoid(scores)
    made_up = (1 - heat) ** 4 * sure**2 * -functional.logsigmoid(-scores)
    middle = heat == 1
    return torch.where(middle, found, made_up).sum() / middle.sum().clamp(min=1)


def heat_of(cells: Tensor, there: Tensor, spread: Tensor, grid: Tensor) -> Tensor:
    """Return a heat map with a Gaussian around the middle of each thing; the highest counts.

    Args:
        cells: Which cell the middle of each thing lies in. Shape (B, K), int64.
        there: Whether there is such a thing. Shape (B, K), bool.
        spread: Standard deviation of each thing's Gaussian, image coordinates. Shape (B, K).
        grid: Image coordinates of the cells. Shape (N, 2), float.

    Returns:
        Exactly 1 in the cells of the middles. Shape (B, N).

    Example:
        >>> grid = torch.tensor([[-0.5, 0.0], [0.5, 0.0]])
        >>> heat_of(torch.tensor([[1]]), torch.ones(1, 1).bool(), torch.ones(1, 1), grid).tolist()
        [[0.6065306663513184, 1.0]]
    """
    squared = ((grid[cells][:, :, None] - grid) ** 2).sum(-1)
    heat = torch.exp(-squared / (2 * spread[..., None] ** 2)) * there[..., None]
    return heat.amax(1)

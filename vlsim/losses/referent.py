"""The referent objective: point at what the sentence names."""

import torch
from torch import Tensor


def referent_loss(
    scores: Tensor, uv: Tensor, present: Tensor, grid: Tensor, width: float
) -> Tensor:
    """Cross-entropy between the attention and a small Gaussian at the referent.

    The labels are soft, so that the attention's expected coordinates learn sub-cell positions.

    Args:
        scores: Unnormalised scores of N cells for R roles. Shape (B, R, N), float.
        uv: Image coordinates of the referents. Shape (B, R, 2), float in [-1, 1].
        present: Whether the sentence has that role. Shape (B, R), bool.
        grid: Image coordinates of the cells. Shape (N, 2), float.
        width: Standard deviation of the label, image coordinates; half a cell is 1 / side.

    Returns:
        Mean over all roles present, in nats; 0 if none is. Shape ().

    Source:
        Own design; heat-map targets as in human pose estimation (Tompson et al. 2014, arXiv
        1406.2984).

    Example:
        >>> grid = torch.tensor([[-0.5, 0.0], [0.5, 0.0]])
        >>> at_left = torch.tensor([[[-0.5, 0.0]]])
        >>> loss = referent_loss(torch.zeros(1, 1, 2), at_left, torch.ones(1, 1).bool(), grid, 0.01)
        >>> round(loss.item(), 4)  # ln 2: a uniform guess over two cells
        0.6931
    """
    squared = ((uv[..., None, :] - grid) ** 2).sum(-1)
    labels = torch.softmax(-squared / (2 * width**2), dim=-1)
    nats = -(labels * torch.log_softmax(scores, dim=-1)).sum(-1)
    return (nats * present).sum() / present.sum().clamp(min=1)

"""The motion objective: begin and end the next motion where one of the equally good ones does."""

import torch
from torch import Tensor


def motion_loss(
    scores: Tensor, ends: Tensor, n_moves: Tensor, grid: Tensor, width: float
) -> Tensor:
    """Cross-entropy between two attentions and the ends of a motion, of several the likeliest.

    A motion is as likely as both attentions make its ends together: with two things that may be
    moved next, the network shall choose one, and not a point between them.

    Args:
        scores: Unnormalised scores of N cells for start and end. Shape (B, 2, N), float.
        ends: Image coordinates of start and end of M motions. Shape (B, M, 2, 2), float.
        n_moves: How many of them there are. Shape (B,), int64.
        grid: Image coordinates of the cells. Shape (N, 2), float.
        width: Standard deviation of the labels, image coordinates; half a cell is 1 / side.

    Returns:
        Mean over the batch, in nats. Shape ().

    Source:
        Own design; the sum over alternatives as in multi-label softmax (marginal likelihood).

    Example:
        >>> grid = torch.tensor([[-0.5, 0.0], [0.5, 0.0]])
        >>> left, right = [-0.5, 0.0], [0.5, 0.0]
        >>> ends = torch.tensor([[[left, right], [right, left]]])
        >>> sure = torch.tensor([[[9.0, -9.0], [-9.0, 9.0]]])
        >>> def nats(scores, n):
        ...     loss = motion_loss(scores, ends, torch.tensor([n]), grid, width=0.01)
        ...     return abs(round(loss.item(), 4))
        >>> nats(sure, 1), nats(sure, 2), nats(-sure, 1), nats(-sure, 2)
        (0.0, 0.0, 36.0, 0.0)
    """
    squared = ((ends[..., None, :] - grid) ** 2).sum(-1)
    labels = torch.softmax(-squared / (2 * width**2), dim=-1)
    nats = -(labels * torch.log_softmax(scores, dim=-1)[:, None]).sum((-1, -2))
    return -torch.logsumexp(existing(-nats, n_moves, -torch.inf), dim=-1).mean()


def existing(values: Tensor, n_moves: Tensor, otherwise: float) -> Tensor:
    """Return values (B, M) of motions, and something else for those that there are not.

    >>> existing(torch.tensor([[1.0, 2.0]]), torch.tensor([1]), 9.0).tolist()
    [[1.0, 9.0]]
    """
    exists = torch.arange(values.shape[-1], device=values.device) < n_moves[:, None]
    return torch.where(exists, values, otherwise)

"""How far one attention over a picture is from another, on grids that may differ."""

import math

import torch
from torch import Tensor, nn


def attention_loss(log_weights: Tensor, taught: Tensor) -> Tensor:
    """Return the Kullback-Leibler divergence of an attention from the one that is taught, in nats.

    The finer of the two grids is summed up to the coarser one; the smaller side must divide the
    larger one.

    Args:
        log_weights: Logarithms of an attention over a square grid. Shape (..., N).
        taught: The attention that is right. Shape (..., K), sum 1 each.

    Returns:
        The mean over all that stands before the grid.
    """
    n, k = math.isqrt(log_weights.shape[-1]), math.isqrt(taught.shape[-1])
    if k > n:
        taught = coarser(taught, n)
    elif n > k:
        log_weights = coarser(log_weights.exp(), k).clamp(min=torch.finfo(taught.dtype).tiny).log()
    rows = (-1, taught.shape[-1])
    return nn.functional.kl_div(
        log_weights.reshape(rows), taught.reshape(rows), reduction="batchmean"
    )


def coarser(weights: Tensor, side: int) -> Tensor:
    """Return weights on a square grid (..., N) summed up to `side` cells a side.

    >>> coarser(torch.arange(16.0), 2).tolist()
    [10.0, 18.0, 42.0, 50.0]
    """
    finer = math.isqrt(weights.shape[-1])
    cells = weights.reshape(*weights.shape[:-1], side, finer // side, side, finer // side)
    return cells.sum((-3, -1)).flatten(-2)

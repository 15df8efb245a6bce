"""Answers to questions, of which several may be right."""

import torch
from torch import Tensor


def answer_loss(logits: Tensor, right: Tensor) -> Tensor:
    """Cross-entropy of answers with soft targets: the share of people who would give each.

    Args:
        logits: Unnormalised scores of A answers to M questions. Shape (M, A), float.
        right: How right each answer is, sum 1 for a question; one without any does not count.
            Shape (M, A), float.

    Returns:
        Mean over questions, in nats; 0 if none counts. Shape ().

    Source:
        Teney et al. 2018, arXiv 1708.02711, section 3.6, with a softmax instead of sigmoids.

    Example:
        >>> agreed, divided = [1.0, 0.0], [0.5, 0.5]
        >>> loss = answer_loss(torch.zeros(2, 2), torch.tensor([agreed, divided]))
        >>> round(loss.item(), 4)  # ln 2
        0.6931
    """
    nats = -(right * torch.log_softmax(logits, dim=-1)).sum(-1)
    return nats.sum() / (right.sum(-1) > 0).sum().clamp(min=1)

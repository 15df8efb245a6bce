"""The contrastive objective: which sentence was said of which picture?"""

import torch
from torch import Tensor
from torch.nn import functional


def contrastive_loss(agreement: Tensor, compatible: Tensor) -> Tensor:
    """Symmetric InfoNCE over a batch of pictures and sentences, without false negatives.

    Args:
        agreement: How well picture i fits sentence j; the sentence of picture i is sentence i.
            Shape (B, B), float.
        compatible: Whether sentence j is also true of picture i; such pairs off the diagonal do not
            count as negatives. Shape (B, B), bool.

    Returns:
        Mean of both directions, in nats. Shape ().

    Source:
        Radford et al. 2021, arXiv 2103.00020, figure 3; the masking of true negatives is our own.

    Example:
        >>> loss = contrastive_loss(torch.zeros(4, 4), torch.eye(4).bool())
        >>> round(loss.item(), 4)  # ln 4: a uniform guess over four
        1.3863
    """
    diagonal = torch.eye(len(agreement), dtype=torch.bool, device=agreement.device)
    logits = agreement.masked_fill(~(negatives(compatible) | diagonal), float("-inf"))
    labels = torch.arange(len(agreement), device=agreement.device)
    return (
        functional.cross_entropy(logits, labels) + functional.cross_entropy(logits.T, labels)
    ) / 2


def negatives(compatible: Tensor) -> Tensor:
    """Return which pairs off the diagonal are false, (B, B); a positive is never its own negative.

    Args:
        compatible: Whether sentence j is true of picture i, whatever it says of the diagonal. Shape
            (B, B), bool.

    >>> negatives(torch.tensor([[False, True], [False, False]])).tolist()
    [[False, False], [True, False]]
    """
    diagonal = torch.eye(len(compatible), dtype=torch.bool, device=compatible.device)
    return ~(compatible | diagonal)


def compatible_pairs(objects: Tensor, refs: Tensor) -> Tensor:
    """Return whether every phrase of sentence j names something in picture i. Shape (I, J), bool.

    Args:
        objects: Indices of the F attributes (kind, colour, …) of the objects of I pictures, -1 for
            none. Shape (I, K, F).
        refs: The same of the phrases of J sentences, -1 where one is silent; a role without a
            phrase is silent on all. Shape (J, R, F).
    """
    silent = refs[None, :, :, None] < 0
    same = silent | (objects[:, None, None] == refs[None, :, :, None])
    exists = (objects[:, None, None, :, 0] >= 0).expand(*same.shape[:4])
    named = (same.all(-1) & exists).any(-1)
    return named.all(-1)

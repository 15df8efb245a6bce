"""The alignment objective: a picture's own sentence fits better than any other, by a margin."""

import torch
from torch import Tensor

from vlsim.losses.contrastive import negatives


def alignment_loss(agreement: Tensor, compatible: Tensor, margin: float) -> Tensor:
    """Mean hinge by which other pairs come closer than `margin` to the right one.

    Both directions count: other sentences of a picture, and other pictures of a sentence. Unlike
    the contrastive loss it is content once the margin is kept, and does not depend on the scale
    of the others.

    Args:
        agreement: How well picture i fits sentence j; the sentence of picture i is sentence i.
            Shape (B, B), float.
        compatible: Whether sentence j is also true of picture i; such pairs, and a pair with
            itself, are no negatives. Shape (B, B), bool.
        margin: By how much the right pair has to lead, in units of `agreement`.

    Returns:
        Mean over all negatives of both directions; 0 if there are none. Shape ().

    Source:
        Faghri et al. 2018, arXiv 1707.05612, equation 4 (the sum over negatives, here a mean).

    Example:
        >>> agreement = torch.tensor([[0.9, 0.8], [0.2, 0.5]])
        >>> loss = alignment_loss(agreement, torch.eye(2).bool(), margin=0.2)
        >>> round(loss.item(), 4)  # row 0 lacks 0.1, column 1 lacks 0.5: 0.6 over four
        0.15
    """
    others = negatives(compatible)
    right = agreement.diagonal()
    lead_of_picture = right[:, None] - agreement
    lead_of_sentence = right[None, :] - agreement
    lacking = torch.relu(margin - lead_of_picture) + torch.relu(margin - lead_of_sentence)
    return (lacking * others).sum() / (2 * others.sum()).clamp(min=1)

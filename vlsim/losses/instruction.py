"""Instruction prediction: which of several sentences does a trajectory follow?"""

from torch import Tensor
from torch.nn import functional


def instruction_loss(agreement: Tensor, followed: Tensor) -> Tensor:
    """Cross-entropy of choosing the sentence that a trajectory follows.

    Args:
        agreement: How well trajectory i fits sentence j; -inf where a sentence stands a second
            time. Shape (T, C), float.
        followed: The sentence that trajectory i follows. Shape (T,), int64 in [0, C).

    Returns:
        Mean over trajectories, in nats. Shape ().

    Source:
        Hejna et al. 2023, arXiv 2306.12554, where a decoder writes the sentence; here it is chosen
        out of those of the batch.

    Example:
        >>> import torch
        >>> loss = instruction_loss(torch.zeros(2, 4), torch.tensor([0, 3]))
        >>> round(loss.item(), 4)  # ln 4: a guess among four sentences
        1.3863
    """
    return functional.cross_entropy(agreement, followed)

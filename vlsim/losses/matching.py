"""The matching objective: is this sentence true of this picture?"""

import torch
from torch import Tensor
from torch.nn import functional

from vlsim.losses.contrastive import negatives


def matching_loss(scores: Tensor, matches: Tensor) -> Tensor:
    """Binary cross-entropy of judging pairs of a picture and a sentence.

    Args:
        scores: How sure it is that the pair matches, as a logit. Shape (P,), float.
        matches: Whether it does. Shape (P,), bool.

    Returns:
        Mean over pairs of either kind, both kinds with the same weight, in nats; a kind without
        pairs does not count. Shape ().

    Source:
        Li et al. 2022, arXiv 2201.12086, section 3.2 (image-text matching).

    Example:
        >>> loss = matching_loss(torch.zeros(3), torch.tensor([True, False, False]))
        >>> round(loss.item(), 4)  # ln 2: it does not know
        0.6931
    """
    nats = functional.binary_cross_entropy_with_logits(
        scores, matches.to(scores.dtype), reduction="none"
    )
    kinds = torch.stack([matches, ~matches])
    counts = kinds.sum(1)
    means = (kinds * nats).sum(1) / counts.clamp(min=1)
    return means.sum() / (counts > 0).sum().clamp(min=1)


def hard_negatives(agreement: Tensor, compatible: Tensor) -> tuple[Tensor, Tensor]:
    """Return the pairs that are false and yet agree best: one for each picture and each sentence.

    Args:
        agreement: How well picture i fits sentence j. Shape (B, B), float.
        compatible: Whether sentence j is also true of picture i. Shape (B, B), bool.

    Returns:
        Pictures and sentences of P <= 2 B pairs, (P,) int64 each: first every picture with its
        hardest sentence, then every sentence with its hardest picture. What has no negative is
        left out.

    Source:
        Li et al. 2022 draw them with the probability of the contrastive softmax; here the hardest
        is taken, since pairs that only look false are known and left out.

    Example:
        >>> agreement = torch.tensor([[9.0, 2.0, 3.0], [1.0, 9.0, 5.0], [4.0, 0.0, 9.0]])
        >>> pictures, sentences = hard_negatives(agreement, torch.eye(3).bool())
        >>> list(zip(pictures.tolist(), sentences.tolist()))
        [(0, 2), (1, 2), (2, 0), (2, 0), (0, 1), (1, 2)]
    """
    others = negatives(compatible)
    rows = torch.arange(len(agreement), device=agreement.device)
    hardness = agreement.detach().masked_fill(~others, float("-inf"))
    pictures = torch.cat([rows, hardness.argmax(0)])
    sentences = torch.cat([hardness.argmax(1), rows])
    there = torch.cat([others.any(1), others.any(0)])
    return pictures[there], sentences[there]

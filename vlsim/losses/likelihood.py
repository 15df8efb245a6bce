"""The likelihood of words: of the next one, of whole captions, and of what the picture decides."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

PADDING = 0
"""Token id of what is no word."""


def word_nats(logits: Tensor, words: Tensor) -> Tensor:
    """Return how surprising each word is, in nats; 0 at padding.

    Args:
        logits: Unnormalised scores of V words at each place. Shape (M, L, V), float.
        words: The word that stands there, 0 at padding. Shape (M, L), int64.

    Returns:
        Shape (M, L), float.

    Example:
        >>> word_nats(torch.zeros(1, 2, 4), torch.tensor([[3, 0]])).exp().tolist()
        [[4.0, 1.0]]
    """
    return functional.cross_entropy(
        logits.transpose(1, 2), words, ignore_index=PADDING, reduction="none"
    )


def caption_loss(logits: Tensor, words: Tensor) -> Tensor:
    """Return the negative log-likelihood of captions, per word; every caption has equal weight.

    Args:
        logits: As for `word_nats`.
        words: As for `word_nats`; a caption without words does not count.

    Returns:
        Mean over captions, in nats; 0 if there are none. Shape ().

    Example:
        >>> words = torch.tensor([[1, 2, 3], [1, 0, 0]])
        >>> logits = torch.zeros(2, 3, 4)
        >>> logits[1, 0, 1] = 50.0  # the second caption, of one word, is certain
        >>> round(caption_loss(logits, words).item(), 4)  # (ln 4 + 0) / 2
        0.6931
    """
    counts = (words != PADDING).sum(1)
    per_word = word_nats(logits, words).sum(1) / counts.clamp(min=1)
    return per_word.sum() / (counts > 0).sum().clamp(min=1)


@dataclass(frozen=True, eq=False)
class WordLoss:
    """Mean surprise in nats, of all words and of either kind; 0 where there are none."""

    every: Tensor
    decided: Tensor
    """Of the words that the picture decides, such as a colour."""
    free: Tensor
    """Of all others, such as "there"."""


def next_word_loss(logits: Tensor, words: Tensor, decided: Tensor) -> WordLoss:
    """Return the cross-entropy of the next word, every word with equal weight.

    Args:
        logits: As for `word_nats`.
        words: As for `word_nats`.
        decided: Whether the picture decides the word; of padding it may say anything. Shape
            (M, L), bool.

    Example:
        >>> loss = next_word_loss(
        ...     torch.zeros(1, 3, 2), torch.tensor([[1, 1, 0]]), torch.tensor([[True, False, True]])
        ... )
        >>> [round(value.item(), 4) for value in (loss.every, loss.decided, loss.free)]
        [0.6931, 0.6931, 0.6931]
    """
    nats, here = word_nats(logits, words), words != PADDING
    return WordLoss(*(_mean(nats, here & kind) for kind in (here, decided, ~decided)))


def _mean(nats: Tensor, counts: Tensor) -> Tensor:
    return torch.where(counts, nats, 0.0).sum() / counts.sum().clamp(min=1)

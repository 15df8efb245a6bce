"""The likelihood of words: by hand, without padding, and by what decides a word."""

import math

import pytest
import torch

from vlsim.losses.likelihood import caption_loss, next_word_loss, word_nats

WORDS = torch.tensor([[1, 2, 3, 0], [2, 0, 0, 0]])
DECIDED = torch.tensor([[False, True, False, True], [True, False, True, False]])


def logits(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 4, 5, generator=torch.Generator().manual_seed(seed))


def test_it_is_the_logarithm_of_the_probability() -> None:
    scores = logits()
    probability = scores[0, 1].exp()[2] / scores[0, 1].exp().sum()
    assert word_nats(scores, WORDS)[0, 1].exp().item() == pytest.approx(1 / probability.item())


def test_what_stands_at_padding_does_not_matter() -> None:
    scores, noisy = logits(), logits()
    noisy[0, 3], noisy[1, 1:] = 100.0, -7.0
    assert torch.equal(caption_loss(scores, WORDS), caption_loss(noisy, WORDS))
    longer = torch.nn.functional.pad(WORDS, (0, 3))
    more = torch.cat([scores, logits(1)[:, :3]], dim=1)
    assert torch.allclose(caption_loss(scores, WORDS), caption_loss(more, longer))
    first = next_word_loss(scores, WORDS, DECIDED)
    second = next_word_loss(noisy, WORDS, DECIDED)
    assert torch.equal(first.every, second.every) and torch.equal(first.decided, second.decided)


def test_captions_have_equal_weight_and_words_have_equal_weight() -> None:
    nats = word_nats(logits(), WORDS)
    by_caption = (nats[0].sum() / 3 + nats[1, 0]) / 2
    assert torch.allclose(caption_loss(logits(), WORDS), by_caption)
    assert torch.allclose(next_word_loss(logits(), WORDS, DECIDED).every, nats.sum() / 4)


def test_words_that_the_picture_decides_are_reported_apart() -> None:
    nats, loss = word_nats(logits(), WORDS), next_word_loss(logits(), WORDS, DECIDED)
    assert torch.allclose(loss.decided, (nats[0, 1] + nats[1, 0]) / 2)
    assert torch.allclose(loss.free, (nats[0, 0] + nats[0, 2]) / 2)
    none = next_word_loss(logits(), WORDS, DECIDED & False)
    assert none.decided.item() == 0.0 and torch.allclose(none.free, none.every)


def test_the_gradient_is_finite_and_raises_the_word_that_stands_there() -> None:
    scores = (1e4 * logits()).requires_grad_()
    loss = caption_loss(scores, WORDS)
    loss.backward()  # type: ignore[no-untyped-call]
    assert scores.grad is not None and torch.isfinite(scores.grad).all()
    even = torch.zeros(2, 4, 5, requires_grad=True)
    caption_loss(even, WORDS).backward()  # type: ignore[no-untyped-call]
    assert even.grad is not None and even.grad[0, 1].argmin().item() == 2
    assert not even.grad[1, 1:].any()


def test_no_words_cost_nothing() -> None:
    assert caption_loss(logits(), WORDS * 0).item() == 0.0
    assert math.isclose(next_word_loss(logits(), WORDS * 0, DECIDED).every.item(), 0.0)

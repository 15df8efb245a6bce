"""The matching loss and the pairs that it is hardest on."""

import math

import pytest
import torch

from vlsim.losses.matching import hard_negatives, matching_loss


def test_both_kinds_of_pairs_have_the_same_weight() -> None:
    sure = math.log(3)  # a probability of 3/4
    scores = torch.tensor([sure, sure, -sure, sure, sure, sure])
    matches = torch.tensor([True, True, False, False, False, False])
    by_hand = (-math.log(3 / 4) + -(math.log(3 / 4) + 3 * math.log(1 / 4)) / 4) / 2
    assert matching_loss(scores, matches).item() == pytest.approx(by_hand, rel=1e-6)


def test_one_kind_alone_is_its_mean() -> None:
    for matches in (torch.ones(4).bool(), torch.zeros(4).bool()):
        assert matching_loss(torch.zeros(4), matches).item() == pytest.approx(math.log(2))


def test_order_does_not_matter_and_the_gradient_is_finite_far_out() -> None:
    scores = torch.tensor([80.0, -80.0, 0.5, -300.0], requires_grad=True)
    matches = torch.tensor([False, True, True, False])
    loss = matching_loss(scores, matches)
    assert torch.allclose(loss, matching_loss(scores.flip(0), matches.flip(0)))
    loss.backward()  # type: ignore[no-untyped-call]
    assert scores.grad is not None and torch.isfinite(scores.grad).all()
    assert scores.grad[0] > 0 > scores.grad[1]


def test_a_hard_negative_is_false_and_never_the_pair_itself() -> None:
    agreement = torch.tensor([[9.0, 8.0, 1.0], [7.0, 9.0, 2.0], [3.0, 4.0, 9.0]])
    true = torch.tensor([[True, True, False], [False, True, False], [False, False, True]])
    pictures, sentences = hard_negatives(agreement, true)
    assert not true[pictures, sentences].any()
    # Sentence 1 is true of picture 0, so picture 0 gets sentence 2, and sentence 1 picture 2.
    assert list(zip(pictures.tolist(), sentences.tolist(), strict=True)) == [
        *((0, 2), (1, 0), (2, 1)),
        *((1, 0), (2, 1), (1, 2)),
    ]


def test_what_has_no_negative_is_left_out() -> None:
    pictures, sentences = hard_negatives(torch.zeros(2, 2), torch.ones(2, 2).bool())
    assert len(pictures) == len(sentences) == 0

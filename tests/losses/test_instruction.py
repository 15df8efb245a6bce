"""Instruction prediction: one sentence out of those of the batch."""

import math

import pytest
import torch

from vlsim.losses.instruction import instruction_loss


def test_it_is_the_cross_entropy_of_the_sentence_that_is_followed() -> None:
    agreement = torch.tensor([[math.log(3), 0.0], [0.0, math.log(3)]])
    assert instruction_loss(agreement, torch.tensor([0, 0])).item() == pytest.approx(
        (math.log(4 / 3) + math.log(4)) / 2
    )


def test_the_order_of_trajectories_and_of_sentences_does_not_matter() -> None:
    rng = torch.Generator().manual_seed(0)
    agreement, followed = torch.randn(4, 3, generator=rng), torch.tensor([0, 2, 1, 2])
    loss = instruction_loss(agreement, followed)
    assert torch.allclose(loss, instruction_loss(agreement.flip(0), followed.flip(0)))
    assert torch.allclose(loss, instruction_loss(agreement.flip(1), 2 - followed))


def test_the_gradient_is_finite_and_pulls_towards_the_sentence() -> None:
    agreement = torch.zeros(2, 3, requires_grad=True)
    instruction_loss(agreement, torch.tensor([1, 2])).backward()  # type: ignore[no-untyped-call]
    assert agreement.grad is not None and torch.isfinite(agreement.grad).all()
    assert agreement.grad.argmin(1).tolist() == [1, 2]

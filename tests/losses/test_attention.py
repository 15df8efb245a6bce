"""The divergence of two attentions: by hand, and on grids of different sizes."""

import math

import pytest
import torch

from vlsim.losses.attention import attention_loss, coarser


def test_it_is_zero_for_the_same_attention_and_above_for_any_other() -> None:
    taught = torch.tensor([[[0.1, 0.2, 0.3, 0.4]]])
    assert attention_loss(taught.log(), taught).item() == pytest.approx(0, abs=1e-7)
    assert attention_loss(taught.flip(-1).log(), taught) > 0.1


def test_it_is_the_divergence_worked_out_by_hand() -> None:
    taught = torch.tensor([[0.5, 0.5, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    even = torch.full((2, 4), 0.25)
    by_hand = (math.log(2) + math.log(4)) / 2
    assert attention_loss(even.log(), taught).item() == pytest.approx(by_hand)


def test_the_finer_grid_is_summed_up_to_the_coarser_one() -> None:
    fine = torch.rand(3, 64).softmax(-1)
    coarse = coarser(fine, 4)
    assert coarse.shape == (3, 16) and torch.allclose(coarse.sum(-1), torch.ones(3))
    for log_weights, taught in ((fine.log(), coarse), (coarse.log(), fine)):
        assert attention_loss(log_weights, taught).item() == pytest.approx(0, abs=1e-6)


def test_a_cell_that_gets_nothing_gives_a_finite_loss() -> None:
    log_weights = torch.tensor([[0.0] + [-200.0] * 15])
    taught = torch.tensor([[0.0, 0.0, 0.0, 1.0]])
    assert torch.isfinite(attention_loss(log_weights, taught))

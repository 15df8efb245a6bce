"""The referent loss against numbers worked out by hand."""

import math

import pytest
import torch

from vlsim.losses.referent import referent_loss
from vlsim.models.tokens import coordinate_grid

GRID = coordinate_grid(4, 4)
EVERYWHERE = torch.ones(1, 1).bool()


def test_a_uniform_guess_costs_the_logarithm_of_the_number_of_cells():
    loss = referent_loss(torch.zeros(1, 1, 16), torch.zeros(1, 1, 2), EVERYWHERE, GRID, 0.1)
    assert loss.item() == pytest.approx(math.log(16), rel=1e-6)


@pytest.mark.parametrize(("cell", "is_cheap"), [(5, True), (6, False), (0, False)])
def test_only_scores_at_the_referent_make_it_cheap(cell, is_cheap):
    scores = torch.zeros(1, 1, 16)
    scores[0, 0, cell] = 20.0
    loss = referent_loss(scores, GRID[5].view(1, 1, 2), EVERYWHERE, GRID, 0.01)
    assert (loss.item() < 0.01) is is_cheap


def test_labels_between_cells_are_shared_by_them():
    between = (GRID[5] + GRID[6]) / 2
    scores = torch.full((1, 1, 16), -20.0)
    scores[0, 0, [5, 6]] = 0.0
    loss = referent_loss(scores, between.view(1, 1, 2), EVERYWHERE, GRID, 0.1)
    assert loss.item() == pytest.approx(math.log(2), rel=1e-3)


def test_absent_roles_do_not_count():
    scores = torch.randn(2, 2, 16, generator=torch.Generator().manual_seed(0))
    uv = torch.zeros(2, 2, 2)
    present = torch.tensor([[True, False], [True, False]])
    with_noise = scores.clone()
    with_noise[:, 1] += 100
    first = referent_loss(scores, uv, present, GRID, 0.1)
    assert torch.equal(first, referent_loss(with_noise, uv, present, GRID, 0.1))
    assert referent_loss(scores, uv, present & False, GRID, 0.1).item() == 0.0


def test_the_gradient_is_finite_and_pulls_towards_the_referent():
    scores = torch.zeros(1, 1, 16, requires_grad=True)
    referent_loss(scores, GRID[5].view(1, 1, 2), EVERYWHERE, GRID, 0.1).backward()
    assert torch.isfinite(scores.grad).all()
    assert scores.grad[0, 0].argmin().item() == 5

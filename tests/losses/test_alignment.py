"""The alignment loss: margins by hand, both directions, and what is no negative."""

import pytest
import torch

from vlsim.losses.alignment import alignment_loss

EYE = torch.eye(2).bool()


@pytest.mark.parametrize(("lead", "loss"), [(0.3, 0.0), (0.2, 0.0), (0.1, 0.1), (-0.5, 0.7)])
def test_only_what_the_lead_lacks_costs(lead: float, loss: float) -> None:
    agreement = torch.full((2, 2), 0.4)
    agreement.fill_diagonal_(0.4 + lead)
    assert alignment_loss(agreement, EYE, 0.2).item() == pytest.approx(loss, abs=1e-6)


def test_both_directions_count() -> None:
    # Only sentence 1 fits another picture too well: its column costs, no row does.
    agreement = torch.tensor([[0.9, 0.5], [0.0, 0.5]])
    assert alignment_loss(agreement, EYE, 0.2).item() == pytest.approx(0.2 / 4)
    assert alignment_loss(agreement.T, EYE, 0.2).item() == pytest.approx(0.2 / 4)


def test_a_positive_is_never_its_own_negative() -> None:
    for compatible in (EYE, ~EYE & False):
        far = 10 * torch.eye(2)
        assert alignment_loss(far, compatible, 0.2).item() == 0.0
    assert alignment_loss(torch.zeros(1, 1), torch.zeros(1, 1).bool(), 0.2).item() == 0.0


def test_pairs_that_are_true_are_no_negatives() -> None:
    agreement = torch.tensor([[0.5, 9.0], [0.0, 9.5]])
    true = torch.tensor([[True, True], [False, True]])
    assert alignment_loss(agreement, true, 0.2).item() == 0.0
    assert alignment_loss(agreement, EYE, 0.2) > 1


def test_the_order_of_the_batch_and_a_shift_do_not_matter() -> None:
    rng = torch.Generator().manual_seed(0)
    agreement, order = torch.randn(6, 6, generator=rng), torch.randperm(6, generator=rng)
    eye = torch.eye(6).bool()
    loss = alignment_loss(agreement, eye, 0.5)
    assert torch.allclose(loss, alignment_loss(agreement[order][:, order], eye, 0.5))
    assert torch.allclose(loss, alignment_loss(agreement + 3, eye, 0.5))
    assert torch.allclose(2 * loss, alignment_loss(2 * agreement, eye, 1.0))


def test_the_gradient_lifts_the_right_pair_and_presses_the_others() -> None:
    agreement = torch.zeros(3, 3, requires_grad=True)
    alignment_loss(agreement, torch.eye(3).bool(), 0.2).backward()  # type: ignore[no-untyped-call]
    assert agreement.grad is not None and torch.isfinite(agreement.grad).all()
    assert (agreement.grad.diagonal() < 0).all()
    assert (agreement.grad[~torch.eye(3).bool()] > 0).all()

"""The contrastive loss, and which pairs it must not push apart."""

import math

import pytest
import torch
from torch.nn import functional

from vlsim.losses.contrastive import compatible_pairs, contrastive_loss


def test_without_false_negatives_it_is_the_symmetric_cross_entropy():
    fit = torch.randn(5, 5, generator=torch.Generator().manual_seed(1))
    labels = torch.arange(5)
    expected = (functional.cross_entropy(fit, labels) + functional.cross_entropy(fit.T, labels)) / 2
    assert torch.allclose(contrastive_loss(fit, torch.eye(5).bool()), expected)


def test_pairs_that_are_true_are_no_negatives():
    fit = torch.zeros(3, 3)
    same = torch.eye(3).bool()
    same[0, 1] = True
    # Rows: 2, 3 and 3 candidates; columns: 3, 2 and 3.
    expected = (math.log(2) + math.log(3) * 2) / 3
    assert contrastive_loss(fit, same).item() == pytest.approx(expected, rel=1e-6)


def test_the_order_of_the_batch_does_not_matter():
    fit = torch.randn(6, 6, generator=torch.Generator().manual_seed(2))
    order = torch.randperm(6, generator=torch.Generator().manual_seed(3))
    eye = torch.eye(6).bool()
    assert torch.allclose(contrastive_loss(fit, eye), contrastive_loss(fit[order][:, order], eye))


OBJECTS = torch.tensor(
    [
        [[0, 1, 0], [3, 2, 1], [-1, -1, -1]],
        [[0, 0, 0], [-1, -1, -1], [-1, -1, -1]],
    ]
)


@pytest.mark.parametrize(
    ("phrases", "true_of"),
    [
        ([[0, 1, -1], [3, -1, -1]], [True, False]),
        ([[0, -1, -1], [-1, -1, -1]], [True, True]),
        ([[0, 0, -1], [3, -1, -1]], [False, False]),
        ([[-1, 2, 1], [-1, -1, -1]], [True, False]),
    ],
)
def test_a_sentence_is_true_where_each_phrase_names_something(phrases, true_of):
    assert compatible_pairs(OBJECTS, torch.tensor([phrases]))[:, 0].tolist() == true_of

"""How far things are from being together, apart or in a row, worked out by hand."""

import itertools

import numpy as np
import pytest

from vlsim.goals.crowd import crookedness, crowding, gaps_between, scattering
from vlsim.seeding import stream

RADII = np.array([0.02, 0.03, 0.02])


def test_gaps_are_between_outlines():
    points = np.array([[[0.0, 0.0], [0.1, 0.0], [0.0, 0.2]]])
    gaps = gaps_between(points, RADII)[0]
    assert gaps[0, 1] == gaps[1, 0] == pytest.approx(0.05)
    assert gaps[0, 2] == pytest.approx(0.16)


def test_scattering_is_that_of_the_best_way_to_join_all():
    rng = stream(0, "crowd")
    points, radii = rng.uniform(0.0, 0.4, (20, 4, 2)), np.full(4, 0.02)
    gaps = gaps_between(points, radii)
    edges = list(itertools.combinations(range(4), 2))
    for case, found in zip(gaps, scattering(gaps, 0.05), strict=True):
        best = min(
            sum(max(0.0, case[a, b] - 0.05) for a, b in tree)
            for tree in itertools.combinations(edges, 3)
            if _joins_all(tree)
        )
        assert found == pytest.approx(best)


def _joins_all(tree: tuple[tuple[int, int], ...]) -> bool:
    joined = {0}
    for _ in tree:
        joined |= {i for edge in tree if joined & set(edge) for i in edge}
    return len(joined) == 4


def test_crowding_counts_the_pairs_that_matter_once():
    gaps = np.array([[[0.0, 0.02, 0.04], [0.02, 0.0, 0.2], [0.04, 0.2, 0.0]]])
    every = np.ones((3, 3), bool)
    assert crowding(gaps, 0.05, every)[0] == pytest.approx(0.03 + 0.01)
    every[0, 1] = every[1, 0] = False
    assert crowding(gaps, 0.05, every)[0] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("middle", "lacks"),
    [
        ((0.1, 0.0), 0.0),
        ((0.1, 0.02), 0.0),
        ((0.1, 0.05), 0.03),
        ((0.04, 0.0), 0.01 + 0.01),
        ((0.16, 0.0), 0.01 + 0.01),
    ],
)
@pytest.mark.parametrize("turn", [0.0, 1.0, 2.5])
def test_a_row_may_have_any_direction_but_no_bend(
    middle: tuple[float, float], lacks: float, turn: float
):
    c, s = np.cos(turn), np.sin(turn)
    points = np.array([(0.0, 0.0), middle, (0.2, 0.0)]) @ np.array([[c, s], [-s, c]])
    found = crookedness(points[None], np.array([0.02, 0.03, 0.02]), 0.02, 0.0, 0.10)[0]
    assert found == pytest.approx(lacks)

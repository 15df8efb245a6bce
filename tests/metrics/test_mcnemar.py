import math
from fractions import Fraction

import pytest

from tests.records import episodes
from vlsim import seeding
from vlsim.errors import InvalidValueError
from vlsim.metrics import paired_difference
from vlsim.metrics.mcnemar import mcnemar, newcombe


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 2**5),
        (0, 5, 2 / 2**5),
        (6, 2, 2 * (1 + 8 + 28) / 2**8),
        (4, 4, 1.0),
    ],
)
def test_p_is_the_hand_computed_binomial_tail(only_first: int, only_second: int, p: float) -> None:
    assert mcnemar(only_first, only_second) == p


def test_p_agrees_with_the_exact_tail_up_to_thousands_of_pairs() -> None:
    for a, b in [(3, 17), (40, 61), (12, 12), (700, 650), (3000, 2000)]:
        n = a + b
        tail = Fraction(sum(math.comb(n, k) for k in range(min(a, b) + 1)), 2**n)
        assert mcnemar(a, b) == pytest.approx(min(1.0, float(2 * tail)), rel=1e-9)


def test_pairs_are_matched_by_seed_and_not_by_position() -> None:
    first, second = episodes([1, 1, 1, 0]), episodes([0, 1, 0, 1])
    found = paired_difference(first, list(reversed(second)))
    assert (found.only_first, found.only_second, found.n) == (2, 1, 4)
    assert found.difference == 0.25
    assert found.p_value == 1.0


def test_swapping_the_two_sides_turns_the_sign() -> None:
    first, second = episodes([1] * 30 + [0] * 10), episodes([1] * 12 + [0] * 28)
    ahead, behind = paired_difference(first, second), paired_difference(second, first)
    assert ahead.difference == -behind.difference == 0.45
    assert (ahead.low, ahead.high) == pytest.approx((-behind.high, -behind.low))
    assert ahead.p_value == behind.p_value == 2 / 2**18


def test_the_same_episodes_differ_by_nothing() -> None:
    found = paired_difference(episodes([1, 0, 1]), episodes([1, 0, 1]))
    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Second computations of method 10 by hand, from the Wilson ends and the correlation.
        ((20, 12, 2, 16), 0.0562, 0.3292),
        ((0, 0, 0, 10), -0.2775, 0.2775),
        ((10, 0, 0, 0), -0.2775, 0.2775),
        ((0, 10, 0, 0), 0.6075, 1.0),
    ],
)
def test_the_interval_is_newcombes(
    table: tuple[int, int, int, int], low: float, high: float
) -> None:
    assert newcombe(*table) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_covers_the_truth_in_95_percent_of_experiments() -> None:
    shares = [0.5, 0.25, 0.1, 0.15]
    tables = seeding.stream(0, "coverage").multinomial(60, shares, size=2000)
    truth = shares[1] - shares[2]
    hits = sum(low <= truth <= high for low, high in (newcombe(*map(int, t)) for t in tables))
    assert 0.935 <= hits / len(tables) <= 0.975


def test_different_seeds_cannot_be_paired() -> None:
    with pytest.raises(InvalidValueError, match="1 are on one only: 2"):
        paired_difference(episodes([1, 1, 1]), episodes([1, 1]))


@pytest.mark.parametrize("first", [[], [*episodes([1]), *episodes([1])]])
def test_nothing_and_repeated_seeds_are_refused(first: list) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidValueError, match="each seed once"):
        paired_difference(first, first)

import math
from statistics import NormalDist

import pytest

from vlsim.errors import InvalidValueError
from vlsim.metrics.intervals import student, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilson_gives_the_published_intervals(
    successes: int, n: int, low: float, high: float
) -> None:
    estimate = wilson(successes, n)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)
    assert estimate.value == successes / n
    assert estimate.n == n


def test_the_ends_of_wilson_are_where_the_score_test_says_5_percent() -> None:
    z = NormalDist().inv_cdf(0.975)
    for k in range(1, 37):
        for end in (wilson(k, 37).low, wilson(k, 37).high):
            assert (k / 37 - end) ** 2 == pytest.approx(z**2 * end * (1 - end) / 37, rel=1e-9)


def test_wilson_never_leaves_the_unit_interval_by_rounding() -> None:
    for n in range(1, 2000, 37):
        assert wilson(0, n).low == 0.0
        assert wilson(n, n).high == 1.0


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_counts_that_cannot_be(successes: int, n: int) -> None:
    with pytest.raises(InvalidValueError, match=f"got {successes} of {n}"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("n", "quantile"), [(2, 12.7062), (3, 4.3027), (5, 2.7764), (10, 2.2622), (200, 1.97196)]
)
def test_the_t_interval_is_that_of_the_table(n: int, quantile: float) -> None:
    values = [float(i) for i in range(n)]
    deviation = math.sqrt(n * (n + 1) / 12)
    estimate = student(values)
    assert estimate.value == (n - 1) / 2
    half = quantile * deviation / math.sqrt(n)
    assert estimate.high - estimate.value == pytest.approx(half, rel=2e-5)
    assert estimate.value - estimate.low == pytest.approx(half, rel=2e-5)


def test_equal_values_have_an_interval_of_length_0() -> None:
    estimate = student([0.5, 0.5, 0.5])
    assert (estimate.low, estimate.high) == (0.5, 0.5)


def test_a_single_value_has_no_ends() -> None:
    estimate = student([2.0])
    assert (estimate.value, estimate.low, estimate.high) == (2.0, -math.inf, math.inf)
    assert estimate.to_json() == {"value": 2.0, "low": None, "high": None, "n": 1}


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf]])
def test_a_mean_of_nothing_or_of_infinity_is_an_error(values: list[float]) -> None:
    with pytest.raises(InvalidValueError, match="finite values"):
        student(values)

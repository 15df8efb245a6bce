import math

import pytest
from scipy import stats

from vlsim.errors import InvalidValueError
from vlsim.metrics.intervals import student, student_quantile, wilson


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


def test_wilson_agrees_with_scipy_for_every_count_of_37() -> None:
    for k in range(38):
        expected = stats.binomtest(k, 37).proportion_ci(method="wilson")
        assert wilson(k, 37).low == pytest.approx(expected.low, abs=1e-12)
        assert wilson(k, 37).high == pytest.approx(expected.high, abs=1e-12)


def test_wilson_never_leaves_the_unit_interval_by_rounding() -> None:
    for n in range(1, 2000):
        assert wilson(0, n).low == 0.0
        assert wilson(n, n).high == 1.0


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_counts_that_cannot_be(successes: int, n: int) -> None:
    with pytest.raises(InvalidValueError, match=f"got {successes} of {n}"):
        wilson(successes, n)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 9, 10, 199, 1000])
def test_the_t_quantile_agrees_with_scipy(freedom: int) -> None:
    assert student_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)


def test_the_t_interval_agrees_with_scipy() -> None:
    values = [3.0, -1.5, 2.25, 8.0, 0.0]
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    estimate = student(values)
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))


def test_a_single_value_has_no_ends() -> None:
    estimate = student([2.0])
    assert (estimate.value, estimate.low, estimate.high) == (2.0, -math.inf, math.inf)
    assert estimate.to_json() == {"value": 2.0, "low": None, "high": None, "n": 1}


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf]])
def test_a_mean_of_nothing_or_of_infinity_is_an_error(values: list[float]) -> None:
    with pytest.raises(InvalidValueError, match="finite values"):
        student(values)

"""Agreement of raters is that of the published examples."""

import math

import pytest

from vlsim.errors import InvalidValueError
from vlsim.metrics import Rated
from vlsim.metrics.ratings import fleiss_kappa, krippendorff_alpha

FLEISS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)
"""How many of 14 raters put ten things into each of five categories; kappa is 0.210 (Wikipedia)."""
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
"""Four observers of twelve units, not all of which they saw: example C of Krippendorff 2011."""


def test_fleiss_kappa_is_that_of_the_published_table() -> None:
    things = [Rated(tuple(float(c) for c, n in enumerate(row) for _ in range(n))) for row in FLEISS]
    assert fleiss_kappa(things).value == pytest.approx(0.20993, abs=5e-6)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_alpha_is_that_of_the_published_table(level: str, alpha: float) -> None:
    units = [
        Rated(tuple(float(r) for r in unit if r is not None))
        for unit in zip(*OBSERVERS, strict=True)
    ]
    estimate = krippendorff_alpha(units, level)  # type: ignore[arg-type]
    assert estimate.value == pytest.approx(alpha, abs=5e-4)
    # The last unit has one rating, which says nothing about agreement.
    assert estimate.n == 11


def test_raters_who_agree_have_1_and_those_who_never_do_less_than_0() -> None:
    agree = [Rated(("a", "a")), Rated(("b", "b"))]
    differ = [Rated(("a", "b")), Rated(("b", "a"))]
    for measure in (fleiss_kappa, krippendorff_alpha):
        assert measure(agree).value == pytest.approx(1.0)
        assert measure(differ).value < 0


def test_what_has_no_agreement_by_chance_is_refused() -> None:
    for measure in (fleiss_kappa, krippendorff_alpha):
        with pytest.raises(InvalidValueError, match="every rating is the same"):
            measure([Rated(("a", "a"))] * 3)
    with pytest.raises(InvalidValueError, match=r"got 2 to 3\. Use krippendorff_alpha"):
        fleiss_kappa([Rated(("a", "b")), Rated(("a", "b", "b"))])
    with pytest.raises(InvalidValueError, match="An ordinal alpha needs numbers"):
        krippendorff_alpha([Rated(("a", "b"))], "ordinal")
    with pytest.raises(InvalidValueError, match="level must be one of"):
        krippendorff_alpha([Rated(("a", "b"))], "ratio")  # type: ignore[arg-type]


def test_resamples_without_two_categories_are_left_out_of_the_interval() -> None:
    estimate = fleiss_kappa([Rated(("a", "a"))] * 3 + [Rated(("a", "b"))])
    assert math.isfinite(estimate.low)
    assert math.isfinite(estimate.high)

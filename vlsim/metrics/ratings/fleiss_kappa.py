"""Fleiss' kappa: agreement beyond chance of equally many raters for each thing."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.intervals import Numbers, bootstrap
from vlsim.metrics.ratings.base import RATING_METRICS, Rated


@RATING_METRICS.register("fleiss_kappa")
def fleiss_kappa(rated: Sequence[Rated]) -> Estimate:
    """Agreement beyond chance, 1 if all agree, 0 as by chance. Higher is better.

    The interval is a bootstrap's over things.

    >>> agree, differ = Rated(("yes", "yes", "yes")), Rated(("no", "no", "yes"))
    >>> str(fleiss_kappa([agree, differ, Rated(("no", "no", "no")), differ]))
    '0.31 [-0.50, 1.00] n=4'

    Raises:
        InvalidValueError: If things have different numbers of raters, or fewer than two; then use
            `krippendorff_alpha`. If every rating is the same, so that chance agrees as well.

    Source:
        J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin
        76 (1971) 378-382.
    """
    need(rated, "fleiss_kappa", "rated thing")
    sizes = {len(each.ratings) for each in rated}
    if len(sizes) > 1 or min(sizes) < 2:
        raise InvalidValueError(
            "fleiss_kappa needs the same number of raters, two or more, for each thing, got "
            f"{min(sizes)} to {max(sizes)}. Use krippendorff_alpha."
        )
    (raters,) = sizes
    categories = sorted({rating for each in rated for rating in each.ratings}, key=str)
    if len(categories) == 1:
        raise InvalidValueError(
            f"fleiss_kappa is not defined where every rating is the same: {categories[0]!r}."
        )
    rows = []
    for each in rated:
        counts = Counter(each.ratings)
        pairs = sum(n * (n - 1) for n in counts.values()) / (raters * (raters - 1))
        rows.append([1.0, pairs, *(float(counts[category]) for category in categories)])

    def kappa(sums: Numbers) -> Numbers:
        things = sums[..., 0]
        chance = ((sums[..., 2:] / (things * raters)[..., None]) ** 2).sum(-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            beyond_chance: Numbers = (sums[..., 1] / things - chance) / (1 - chance)
        return beyond_chance

    return bootstrap(rows, kappa)

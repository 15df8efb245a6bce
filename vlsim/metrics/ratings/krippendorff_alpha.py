"""Krippendorff's alpha: agreement beyond chance; raters may have judged different things."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.intervals import Numbers, bootstrap
from vlsim.metrics.ratings.base import RATING_METRICS, Rated

Level = Literal["nominal", "ordinal", "interval"]
"""What ratings are: names, places in an order, or numbers."""


@RATING_METRICS.register("krippendorff_alpha")
def krippendorff_alpha(rated: Sequence[Rated], level: Level = "nominal") -> Estimate:
    """Agreement beyond chance, 1 if all agree, 0 as by chance. Higher is better.

    The interval is a bootstrap's over things. n counts the things with two ratings or more; the
    others say nothing about agreement.

    >>> agree, differ = Rated(("yes", "yes")), Rated(("no", "yes"))
    >>> str(krippendorff_alpha([agree, differ, Rated(("no", "no")), Rated(("no",))]))
    '0.44 [-0.67, 1.00] n=3'

    Args:
        rated: Things with their ratings.
        level: How far two ratings are apart: "nominal", any two as far; "ordinal", by how many
            ratings lie between them; "interval", by the square of their difference.

    Raises:
        InvalidValueError: If no thing has two ratings, every rating is the same, or ratings of
            a level other than nominal are no numbers.

    Source:
        K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011.
    """
    if level not in get_args(Level):
        raise InvalidValueError(f"level must be one of {get_args(Level)}, got {level!r}.")
    paired = [each for each in rated if len(each.ratings) > 1]
    need(paired, "krippendorff_alpha", "thing with two ratings")
    values = {rating for each in paired for rating in each.ratings}
    if level != "nominal" and any(isinstance(value, str) for value in values):
        raise InvalidValueError(f"An {level} alpha needs numbers, got {sorted(map(str, values))}.")
    if len(values) == 1:
        raise InvalidValueError(
            f"krippendorff_alpha is not defined where every rating is the same: {values}."
        )
    order = sorted(values, key=str if level == "nominal" else float)
    k = len(order)
    rows = []
    for each in paired:
        counts = Counter(each.ratings)
        n = np.array([counts[value] for value in order], dtype=float)
        rows.append(((np.outer(n, n) - np.diag(n)) / (len(each.ratings) - 1)).ravel().tolist())

    def alpha(sums: Numbers) -> Numbers:
        together = sums.reshape(*sums.shape[:-1], k, k)
        marginal = together.sum(-1)
        apart = _distances(order, marginal, level)
        expected = marginal[..., :, None] * marginal[..., None, :]
        total = marginal.sum(-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            observed = (together * apart).sum((-2, -1))
            by_chance = (expected * apart).sum((-2, -1)) / (total - 1)
            beyond_chance: Numbers = 1 - observed / by_chance
        return beyond_chance

    return bootstrap(rows, alpha)


def _distances(order: Sequence[str | float], marginal: Numbers, level: Level) -> Numbers:
    """Return how far any two ratings are apart. Shape (..., k, k)."""
    if level == "nominal":
        return 1.0 - np.eye(len(order))
    # Ratings are as far apart as these; of places in an order, with their own counted half.
    places = (
        np.array(order, dtype=float) if level == "interval" else marginal.cumsum(-1) - marginal / 2
    )
    apart: Numbers = (places[..., :, None] - places[..., None, :]) ** 2
    return apart

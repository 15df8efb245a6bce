"""Numbers about raters: whether people who judged the same things agree more than by chance."""

from vlsim.metrics.ratings.base import RATING_METRICS, Rated
from vlsim.metrics.ratings.fleiss_kappa import fleiss_kappa
from vlsim.metrics.ratings.krippendorff_alpha import krippendorff_alpha

__all__ = ["RATING_METRICS", "Rated", "fleiss_kappa", "krippendorff_alpha"]

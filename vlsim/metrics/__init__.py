"""Numbers about episodes, answers, captions and more, each with its interval and its n."""

from typing import Any

from vlsim.metrics.answers import ANSWER_METRICS, Answered
from vlsim.metrics.base import METRICS, Estimate, Metric
from vlsim.metrics.captions import CAPTION_METRICS, Described
from vlsim.metrics.mcnemar import PairedDifference, paired_difference
from vlsim.metrics.mean_return import mean_return
from vlsim.metrics.mean_steps import mean_steps
from vlsim.metrics.perplexity import WORD_METRICS, Foretold
from vlsim.metrics.places import PLACE_METRICS, Located
from vlsim.metrics.ratings import RATING_METRICS, Rated
from vlsim.metrics.referent_accuracy import referent_accuracy
from vlsim.metrics.retrieval import RANK_METRICS, Ranked
from vlsim.metrics.success_at_end import success_at_end
from vlsim.metrics.success_rate import success_rate
from vlsim.registry import Registry

METRICS_OF: dict[str, Registry[Metric[Any]]] = {
    "episodes": METRICS,
    "answers": ANSWER_METRICS,
    "captions": CAPTION_METRICS,
    "boxes and points": PLACE_METRICS,
    "ranked lists": RANK_METRICS,
    "next words": WORD_METRICS,
    "ratings": RATING_METRICS,
}
"""Every metric by what it is of, and by name."""

__all__ = [
    "ANSWER_METRICS",
    "CAPTION_METRICS",
    "METRICS",
    "METRICS_OF",
    "PLACE_METRICS",
    "RANK_METRICS",
    "RATING_METRICS",
    "WORD_METRICS",
    "Answered",
    "Described",
    "Estimate",
    "Foretold",
    "Located",
    "Metric",
    "PairedDifference",
    "Ranked",
    "Rated",
    "mean_return",
    "mean_steps",
    "paired_difference",
    "referent_accuracy",
    "success_at_end",
    "success_rate",
]

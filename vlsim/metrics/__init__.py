"""Numbers about episodes, each with its interval and the count behind it."""

from vlsim.metrics.base import METRICS, Estimate, Metric
from vlsim.metrics.mcnemar import PairedDifference, paired_difference
from vlsim.metrics.mean_return import mean_return
from vlsim.metrics.mean_steps import mean_steps
from vlsim.metrics.referent_accuracy import referent_accuracy
from vlsim.metrics.success_at_end import success_at_end
from vlsim.metrics.success_rate import success_rate

__all__ = [
    "METRICS",
    "Estimate",
    "Metric",
    "PairedDifference",
    "mean_return",
    "mean_steps",
    "paired_difference",
    "referent_accuracy",
    "success_at_end",
    "success_rate",
]

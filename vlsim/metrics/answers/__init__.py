"""Numbers about answers: what was answered beside what people answered to the same question."""

from vlsim.metrics.answers.base import ANSWER_METRICS, Answered
from vlsim.metrics.answers.calibration_error import calibration_error
from vlsim.metrics.answers.consensus import (
    agreement_share,
    average_consensus,
    best_match_consensus,
    majority_match,
)
from vlsim.metrics.answers.exact_match import exact_match
from vlsim.metrics.answers.vqa_accuracy import vqa_accuracy, vqa_score

__all__ = [
    "ANSWER_METRICS",
    "Answered",
    "agreement_share",
    "average_consensus",
    "best_match_consensus",
    "calibration_error",
    "exact_match",
    "majority_match",
    "vqa_accuracy",
    "vqa_score",
]

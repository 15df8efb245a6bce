"""Expected calibration error: how far confidence is from being right that often."""

from collections.abc import Sequence

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.metrics.answers.base import ANSWER_METRICS, Answered
from vlsim.metrics.answers.exact_match import is_right
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.intervals import Numbers, bootstrap

BINS = 15


@ANSWER_METRICS.register("calibration_error")
def calibration_error(answered: Sequence[Answered]) -> Estimate:
    """Mean gap of confidence and share of right answers in 15 equal bins. Lower is better.

    The interval is a bootstrap's. With few answers a bin the gap is too large by chance alone.

    >>> sure = [Answered("red", ("red",), 0.9)] * 3 + [Answered("red", ("blue",), 0.9)] * 2
    >>> str(calibration_error(sure))
    '0.30 [0.10, 0.70] n=5'

    Raises:
        InvalidValueError: If an answer has no confidence, or one outside of [0, 1].

    Source:
        C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3.
    """
    need(answered, "calibration_error", "answer")
    rows = np.zeros((len(answered), BINS))
    for row, each in zip(rows, answered, strict=True):
        confidence = each.confidence
        if confidence is None or not 0 <= confidence <= 1:
            raise InvalidValueError(
                "calibration_error needs the confidence of each answer, 0 to 1; the answer "
                f"'{each.answer}' has {confidence}."
            )
        # A bin holds its upper end: 1 lies in the last one.
        row[max(0, int(np.ceil(confidence * BINS)) - 1)] = is_right(each) - confidence

    def mean_gap(sums: Numbers) -> Numbers:
        gap: Numbers = np.abs(sums).sum(-1) / len(answered)
        return gap

    return bootstrap(rows.tolist(), mean_gap)

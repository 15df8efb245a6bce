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

    The interval is a bootstrap's. With few answers a bin the gap is too large by chance alone. n
    counts the answers whose confidence is known.

    >>> sure = [Answered("red", ("red",), 0.9)] * 3 + [Answered("red", ("blue",), 0.9)] * 2
    >>> str(calibration_error(sure))
    '0.30 [0.10, 0.70] n=5'

    Raises:
        InvalidValueError: If no answer has a confidence, or one has it outside of [0, 1].

    Source:
        C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3.
    """
    known = [(each.confidence, is_right(each)) for each in answered if each.confidence is not None]
    n = need(known, "calibration_error", "answer with its confidence")
    rows = np.zeros((n, BINS))
    for row, (confidence, right) in zip(rows, known, strict=True):
        if not 0 <= confidence <= 1:
            raise InvalidValueError(f"A confidence must lie in [0, 1], got {confidence}.")
        # A bin holds its upper end: 1 lies in the last one.
        row[max(0, int(np.ceil(confidence * BINS)) - 1)] = right - confidence

    def mean_gap(sums: Numbers) -> Numbers:
        gap: Numbers = np.abs(sums).sum(-1) / n
        return gap

    return bootstrap(rows.tolist(), mean_gap)

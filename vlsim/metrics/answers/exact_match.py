"""Exact match: the answer is what most people answered."""

from collections.abc import Sequence

from vlsim.metrics.answers.base import ANSWER_METRICS, Answered
from vlsim.metrics.answers.vqa_words import normalise
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.intervals import wilson


@ANSWER_METRICS.register("exact_match")
def exact_match(answered: Sequence[Answered]) -> Estimate:
    """Share of answers that are the majority's, word for word. Higher is better.

    Case, punctuation, articles and number words do not count. Interval: Wilson, 95 %.

    >>> str(exact_match([Answered("Two", ("2",)), Answered("red", ("blue",))]))
    '0.50 [0.09, 0.91] n=2'
    """
    n = need(answered, "exact_match", "answer")
    return wilson(sum(is_right(each) for each in answered), n)


def is_right(answered: Answered) -> bool:
    """Whether the answer is that of the majority.

    >>> is_right(Answered("a cube", ("cube", "cube", "ball")))
    True
    """
    return normalise(answered.answer) == normalise(answered.majority)

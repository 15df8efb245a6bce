"""Consensus: how an answer stands among answers of people who do not agree. Four definitions.

They are told apart by name, because papers call each of them consensus.
"""

import math
from collections import Counter
from collections.abc import Sequence

from vlsim.metrics.answers.base import ANSWER_METRICS, Answered
from vlsim.metrics.answers.exact_match import is_right
from vlsim.metrics.answers.vqa_words import normalise
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.intervals import student, wilson


@ANSWER_METRICS.register("agreement_share")
def agreement_share(answered: Sequence[Answered]) -> Estimate:
    """Mean share of annotators who gave exactly this answer. Higher is better.

    >>> str(agreement_share([Answered("red", ("red", "red", "blue", "pink"))] * 2))
    '0.50 [0.50, 0.50] n=2'
    """
    need(answered, "agreement_share", "answer")
    return student(
        [
            sum(normalise(answer) == normalise(each.answer) for answer in each.annotators)
            / len(each.annotators)
            for each in answered
        ]
    )


@ANSWER_METRICS.register("majority_match")
def majority_match(answered: Sequence[Answered]) -> Estimate:
    """Share of right answers where more than half of the annotators agree. Higher is better.

    n counts these questions; the others have no majority, and are left out.

    >>> split = Answered("red", ("red", "blue"))
    >>> str(majority_match([Answered("red", ("red", "red", "blue")), split]))
    '1.00 [0.21, 1.00] n=1'
    """
    decided = [
        each
        for each in answered
        if 2 * max(Counter(each.annotators).values()) > len(each.annotators)
    ]
    n = need(decided, "majority_match", "answer")
    return wilson(sum(is_right(each) for each in decided), n)


@ANSWER_METRICS.register("average_consensus")
def average_consensus(answered: Sequence[Answered]) -> Estimate:
    """Mean likeness to the annotators' answers, of all of them. Higher is better.

    >>> str(average_consensus([Answered("red cube", ("red cube", "red ball"))] * 2))
    '0.75 [0.75, 0.75] n=2'

    Source:
        M. Malinowski, M. Rohrbach, M. Fritz, Ask Your Neurons, ICCV 2015, section 4.3, with
        `likeness` instead of their WUPS, which needs WordNet.
    """
    need(answered, "average_consensus", "answer")
    return student([math.fsum(_likenesses(each)) / len(each.annotators) for each in answered])


@ANSWER_METRICS.register("best_match_consensus")
def best_match_consensus(answered: Sequence[Answered]) -> Estimate:
    """Mean likeness to that annotator's answer which is most like it. Higher is better.

    >>> str(best_match_consensus([Answered("red cube", ("red cube", "red ball"))] * 2))
    '1.00 [1.00, 1.00] n=2'

    Source:
        As `average_consensus`; there it is called min consensus.
    """
    need(answered, "best_match_consensus", "answer")
    return student([max(_likenesses(each)) for each in answered])


def likeness(first: str, second: str) -> float:
    """Return the F1 of the words that two answers share.

    >>> likeness("the red cube", "a red ball"), likeness("two", "2"), likeness("red", "blue")
    (0.5, 1.0, 0.0)
    """
    one, other = (Counter(normalise(text).split()) for text in (first, second))
    if not one and not other:
        return 1.0
    return 2 * (one & other).total() / (one.total() + other.total())


def _likenesses(answered: Answered) -> list[float]:
    return [likeness(answered.answer, answer) for answer in answered.annotators]

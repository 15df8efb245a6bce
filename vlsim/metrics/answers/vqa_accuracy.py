"""VQA accuracy: an answer is right if three people gave it, and partly right if fewer did."""

import math
from collections.abc import Sequence

from vlsim.metrics.answers.base import ANSWER_METRICS, Answered
from vlsim.metrics.answers.vqa_words import normalise
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.intervals import student

ENOUGH = 3
"""Annotators, besides the one left out, that make an answer right."""


@ANSWER_METRICS.register("vqa_accuracy")
def vqa_accuracy(answered: Sequence[Answered], compat: bool = True) -> Estimate:
    """Mean VQA accuracy, exactly as VQAv2, with its 95 % t interval. Higher is better.

    >>> ten = ("red",) * 2 + ("blue",) * 8
    >>> str(vqa_accuracy([Answered("red", ten), Answered("blue", ten)]))
    '0.80 [-1.74, 3.34] n=2'

    Args:
        answered: Questions; VQAv2 has ten annotators for each. With one the score is always 0, and
            with three who agree it is 0.667: use `exact_match` then.
        compat: See `vqa_score`.
    """
    need(answered, "vqa_accuracy", "answer")
    return student([vqa_score(each, compat=compat) for each in answered])


def vqa_score(answered: Answered, compat: bool = True) -> float:
    """Mean over annotators of min(others who gave this answer / 3, 1).

    >>> [round(vqa_score(Answered("a", ("a",) * k + ("b",) * (10 - k))), 1) for k in range(6)]
    [0.0, 0.3, 0.6, 0.9, 1.0, 1.0]

    Args:
        answered: One question.
        compat: Keep the quirks of the published code: where all annotators agree, answers are
            compared letter for letter; and periods (`normalise`). Else every answer is normalised.

    Source:
        S. Antol et al., VQA: Visual Question Answering, ICCV 2015, section 3.2, and the evaluation
        code of VQAv2. Its answers have ids, without which it drops equal answers; ours count by
        their place.
    """
    given, annotators = answered.answer, answered.annotators
    if compat and len({answer.strip() for answer in annotators}) == 1:
        given, annotators = given.strip(), tuple(answer.strip() for answer in annotators)
    else:
        given = normalise(given, as_published=compat)
        annotators = tuple(normalise(answer, as_published=compat) for answer in annotators)
    same = [answer == given for answer in annotators]
    scores = [min((sum(same) - left_out) / ENOUGH, 1.0) for left_out in same]
    return math.fsum(scores) / len(scores)

"""ROUGE-L: the longest run of words, gaps allowed, that caption and reference share."""

from collections.abc import Sequence

from vlsim.metrics.base import Estimate, need
from vlsim.metrics.captions.base import CAPTION_METRICS, Described, tokens
from vlsim.metrics.intervals import student

BETA = 1.2
"""How much more recall counts than precision."""


@CAPTION_METRICS.register("rouge_l")
def rouge_l(described: Sequence[Described]) -> Estimate:
    """Mean ROUGE-L of captions, as COCO, with its 95 % t interval. Higher is better.

    >>> said = Described("a man is speaking", ("a man speaks", "someone speaks"))
    >>> str(rouge_l([said, said]))
    '0.59 [0.59, 0.59] n=2'
    """
    need(described, "rouge_l", "caption")
    return student([rouge_l_score(each) for each in described])


def rouge_l_score(described: Described) -> float:
    """F of the longest common subsequence; precision and recall are each of the best reference.

    >>> round(rouge_l_score(Described("rain falls", ("rain is falling hard on a surface",))), 5)
    0.20199

    Source:
        C.-Y. Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004, equations 2 to 4;
        the two maxima over references are COCO's.
    """
    said = tokens(described.caption)
    references = [tokens(reference) for reference in described.references]
    common = [longest_common(said, words) for words in references]
    precision = max(common) / max(1, len(said))
    recall = max(n / max(1, len(words)) for n, words in zip(common, references, strict=True))
    if precision == 0:
        return 0.0
    return (1 + BETA**2) * precision * recall / (recall + BETA**2 * precision)


def longest_common(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest common subsequence.

    >>> longest_common("a red cube is here".split(), "a cube is red".split())
    3
    """
    lengths = [0] * (len(second) + 1)
    for one in first:
        diagonal = 0
        for i, other in enumerate(second, 1):
            above = lengths[i]
            lengths[i] = diagonal + 1 if one == other else max(above, lengths[i - 1])
            diagonal = above
    return lengths[-1]

"""CIDEr-D: likeness to the references where words that every picture has count little."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from vlsim.metrics.base import Estimate, need
from vlsim.metrics.captions.base import CAPTION_METRICS, Described, n_grams, tokens
from vlsim.metrics.intervals import student

ORDERS = range(1, 5)
SIGMA = 6.0
"""Words by which caption and reference may differ in length before that costs much."""
SCALE = 10.0

Vector = Mapping[tuple[str, ...], float]


@CAPTION_METRICS.register("cider_d")
def cider_d(described: Sequence[Described]) -> Estimate:
    """Mean CIDEr-D of captions, 0 to 10, with its 95 % t interval. Higher is better.

    What is rare is known from the references of these very pictures: values of other sets of
    pictures cannot be compared, and a single picture scores 0.

    >>> one = Described("a red cube lies here", ("a red cube lies here",))
    >>> two = Described("two green balls in bowls", ("two green balls in bowls",))
    >>> str(cider_d([one, two]))
    '10.00 [10.00, 10.00] n=2'
    """
    need(described, "cider_d", "caption")
    return student(cider_d_scores(described))


def cider_d_scores(described: Sequence[Described]) -> list[float]:
    """Return the CIDEr-D of each caption.

    Source:
        R. Vedantam, C. L. Zitnick, D. Parikh, CIDEr: Consensus-based Image Description Evaluation,
        CVPR 2015, equation 5. As in the COCO evaluation, words are not stemmed, and the difference
        in length is that in pairs of words.
    """
    references = [[_counts(reference) for reference in each.references] for each in described]
    pictures_with: Counter[tuple[str, ...]] = Counter()
    for of_one in references:
        pictures_with.update({gram for counts in of_one for gram in counts})
    most = math.log(len(described))
    weights: defaultdict[tuple[str, ...], float] = defaultdict(lambda: most)
    weights.update({gram: most - math.log(n) for gram, n in pictures_with.items()})

    scores = []
    for each, of_one in zip(described, references, strict=True):
        said = _Weighted(_counts(each.caption), weights)
        likeness = [said.likeness(_Weighted(counts, weights)) for counts in of_one]
        scores.append(SCALE * math.fsum(likeness) / len(likeness))
    return scores


def _counts(text: str) -> Counter[tuple[str, ...]]:
    words = tokens(text)
    counts: Counter[tuple[str, ...]] = Counter()
    for order in ORDERS:
        counts.update(n_grams(words, order))
    return counts


class _Weighted:
    """Runs of words as one vector for each length of run."""

    def __init__(self, counts: Counter[tuple[str, ...]], weights: Vector) -> None:
        """Weigh counts by how rare each run is."""
        self.vectors: dict[int, dict[tuple[str, ...], float]] = {order: {} for order in ORDERS}
        for gram, count in counts.items():
            self.vectors[len(gram)][gram] = count * weights[gram]
        self.norms = {
            order: math.sqrt(math.fsum(value**2 for value in vector.values()))
            for order, vector in self.vectors.items()
        }
        self.pairs = sum(count for gram, count in counts.items() if len(gram) == 2)

    def likeness(self, reference: "_Weighted") -> float:
        """Return the mean cosine over the lengths of runs, less for another length.

        A run that is repeated counts at most as often as in the reference.
        """
        cosines = []
        for order in ORDERS:
            norms = self.norms[order] * reference.norms[order]
            theirs = reference.vectors[order]
            product = math.fsum(
                min(value, theirs.get(gram, 0.0)) * theirs.get(gram, 0.0)
                for gram, value in self.vectors[order].items()
            )
            cosines.append(product / norms if norms else 0.0)
        penalty = math.exp(-((self.pairs - reference.pairs) ** 2) / (2 * SIGMA**2))
        return penalty * math.fsum(cosines) / len(ORDERS)

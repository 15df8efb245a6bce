"""BLEU: how many of the caption's runs of words stand in a reference, over all pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from vlsim.metrics.base import Estimate, need
from vlsim.metrics.captions.base import CAPTION_METRICS, Described, n_grams, tokens
from vlsim.metrics.intervals import Numbers, bootstrap

TINY, SMALL = 1e-15, 1e-9
"""What COCO adds to matches and to counts, so that nothing is divided by 0 and no score is 0."""


@dataclass(frozen=True)
class Bleu:
    """Corpus BLEU up to `order` words, as COCO computes it, with a bootstrap interval.

    Higher is better. Matches, counts and lengths are summed over all pictures before they are
    divided; of the references the one that is closest in length counts, the shorter of two.

    >>> said = Described("a man is speaking", ("a man speaks", "a man is speaking to you"))
    >>> other = Described("rain falls", ("rain is falling hard",))
    >>> str(Bleu(1)([said, other]))
    '0.71 [0.18, 1.00] n=2'

    Source:
        K. Papineni et al., BLEU: a Method for Automatic Evaluation of Machine Translation, ACL
        2002; the constants and the closest length are those of the COCO caption evaluation.
    """

    order: int

    @property
    def description(self) -> str:
        """What it is, in one line."""
        runs = "words" if self.order == 1 else f"runs of 1 to {self.order} words"
        return f"Share of the caption's {runs} that stand in a reference, as COCO."

    def __call__(self, described: Sequence[Described]) -> Estimate:
        """Return the BLEU of captions."""
        need(described, f"bleu_{self.order}", "caption")
        return bootstrap([self._counts(each) for each in described], self._score)

    def _counts(self, described: Described) -> tuple[int, ...]:
        """Return matches and counts of each order, the caption's length and the references'."""
        said = tokens(described.caption)
        references = [tokens(reference) for reference in described.references]
        orders = range(1, self.order + 1)
        matches = []
        for order in orders:
            # `|` keeps the larger of two counts, `&` the smaller.
            allowed = reduce(or_, (n_grams(words, order) for words in references))
            matches.append((n_grams(said, order) & allowed).total())
        counts = [max(0, len(said) - order + 1) for order in orders]
        closest = min((abs(len(words) - len(said)), len(words)) for words in references)[1]
        return (*matches, *counts, len(said), closest)

    def _score(self, sums: Numbers) -> Numbers:
        matches, counts = sums[..., : self.order], sums[..., self.order : 2 * self.order]
        precision = np.prod((matches + TINY) / (counts + SMALL), axis=-1) ** (1 / self.order)
        ratio = (sums[..., -2] + TINY) / (sums[..., -1] + SMALL)
        scores: Numbers = precision * np.exp(np.minimum(0.0, 1 - 1 / ratio))
        return scores


for longest in range(1, 5):
    CAPTION_METRICS.add(f"bleu_{longest}", Bleu(longest))

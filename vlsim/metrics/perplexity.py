"""Perplexity: between how many equally likely words a model hesitates, on average."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vlsim.errors import InvalidValueError
from vlsim.metrics.base import Estimate, Metric, need
from vlsim.metrics.intervals import Numbers, bootstrap
from vlsim.registry import Registry


@dataclass(frozen=True)
class Foretold:
    """One sentence: what each of its words cost, -ln of the probability that it was given."""

    nats: tuple[float, ...]


WORD_METRICS: Registry[Metric[Foretold]] = Registry("word metric")
"""Every metric of next words by name."""


@WORD_METRICS.register("perplexity")
def perplexity(foretold: Sequence[Foretold]) -> Estimate:
    """Exponential of the mean -ln probability of a word. Lower is better; 1 is certainty.

    Words of all sentences count alike; the interval is a bootstrap's over sentences, whose words
    are not independent.

    >>> even = Foretold((np.log(4.0), np.log(4.0)))
    >>> str(perplexity([even, even]))
    '4.00 [4.00, 4.00] n=2'

    Raises:
        InvalidValueError: If no sentence has a word, or a word has a negative cost.
    """
    spoken = [each for each in foretold if each.nats]
    need(spoken, "perplexity", "sentence with a word")
    if any(nats < 0 or np.isnan(nats) for each in spoken for nats in each.nats):
        raise InvalidValueError("The cost of a word is -ln of a probability: at least 0.")

    def exponential(sums: Numbers) -> Numbers:
        mean: Numbers = np.exp(sums[..., 0] / sums[..., 1])
        return mean

    return bootstrap([(sum(each.nats), len(each.nats)) for each in spoken], exponential)

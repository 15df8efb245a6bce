"""METEOR's idea with the words of this domain: same word, same stem or synonym, in order.

It is not METEOR 1.5, which needs Java and a table of paraphrases (`vlsim.metrics.captions.java`),
so it has a name of its own.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from vlsim.free_text.synonyms import NAMES, PLACES
from vlsim.metrics.base import Estimate, need
from vlsim.metrics.captions.base import CAPTION_METRICS, Described, tokens
from vlsim.metrics.intervals import student
from vlsim.referring.lexicon import NOUNS, RELATION_WORDS, SIZE_WORDS, plural

ALPHA, BETA, GAMMA = 0.85, 0.2, 0.6
"""Weight of recall; shape and weight of the penalty for broken order. Those of METEOR 1.5."""
EXACT, STEM, SYNONYM = 1.0, 0.6, 0.8
"""Weights of a match of each kind. Those of METEOR 1.5."""
VOWELS = frozenset("aeiouy")
SYNONYMS = {
    word: words[0]
    for words in (*NOUNS.values(), *SIZE_WORDS.values(), *RELATION_WORDS.values())
    for word in words
}
SYNONYMS |= {plural(word): plural(words[0]) for words in NOUNS.values() for word in words}
SYNONYMS |= {word: SYNONYMS.get(same, same) for word, same in (NAMES | PLACES).items()}
"""Words and the first of their synonyms."""


@CAPTION_METRICS.register("meteor_domain")
def meteor_domain(described: Sequence[Described]) -> Estimate:
    """Mean likeness of words, stems and synonyms in order, with a 95 % t interval.

    Higher is better; 1 for captions that are one of their references.

    >>> said = Described("a red block", ("a red cube", "two balls"))
    >>> str(meteor_domain([said, said]))
    '0.93 [0.93, 0.93] n=2'
    """
    need(described, "meteor_domain", "caption")
    return student([meteor_domain_score(each) for each in described])


def meteor_domain_score(described: Described) -> float:
    """Return the score beside the best reference.

    >>> meteor_domain_score(Described("a red cube", ("a red cube",)))
    1.0

    Source:
        M. Denkowski and A. Lavie, Meteor Universal, WMT 2014, section 2, without paraphrases and
        with one weight for function and content words.
    """
    said = tokens(described.caption)
    return max(_score(said, tokens(reference)) for reference in described.references)


def stem(word: str) -> str:
    """Cut the endings of plurals and of verbs, so that forms of a word become the same.

    >>> [stem(word) for word in ("cubes", "cube", "dishes", "stopped", "falling", "fall", "red")]
    ['cub', 'cub', 'dish', 'stop', 'fal', 'fal', 'red']
    """
    if word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith(("ss", "us")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if VOWELS & set(root):
            word = root
    word = word.removesuffix("e")
    return word[:-1] if word[-1:] == word[-2:-1] else word


def _synonym(word: str) -> str:
    return SYNONYMS.get(word, word)


def _score(said: Sequence[str], reference: Sequence[str]) -> float:
    found = _alignment(said, reference)
    if not found:
        return 0.0
    weight = sum(weight for _, weight in found.values())
    precision, recall = weight / len(said), weight / len(reference)
    mean = precision * recall / (ALPHA * precision + (1 - ALPHA) * recall)
    pairs = sorted((i, place) for i, (place, _) in found.items())
    chunks = 1 + sum((i + 1, place + 1) != after for (i, place), after in pairwise(pairs))
    if chunks == 1 and len(found) == len(said) == len(reference):
        return mean
    penalty: float = GAMMA * (chunks / len(found)) ** BETA
    return mean * (1 - penalty)


def _alignment(said: Sequence[str], reference: Sequence[str]) -> dict[int, tuple[int, float]]:
    """Return for each matched word its place in the reference, and the weight of the match.

    Same words are matched before stems, stems before synonyms; of several places the one that
    continues the word before, else the first.
    """
    found: dict[int, tuple[int, float]] = {}
    free = set(range(len(reference)))
    kinds: list[tuple[Callable[[str], str], float]] = [
        (str, EXACT),
        (stem, STEM),
        (_synonym, SYNONYM),
    ]
    for form, weight in kinds:
        for i, word in enumerate(said):
            places = sorted(place for place in free if form(reference[place]) == form(word))
            if i in found or not places:
                continue
            following = found[i - 1][0] + 1 if i - 1 in found else -1
            place = following if following in places else places[0]
            found[i] = (place, weight)
            free.remove(place)
    return found

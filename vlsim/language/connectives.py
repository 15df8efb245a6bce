"""The words that stand between clauses, and politeness around them."""

from collections.abc import Sequence


def _said(*sentences: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words.split()) for words in sentences)


CONNECTORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "train": _said("then", "and then"),
    "held-out": _said("after that", "and after that", "afterwards"),
}
"""What stands between two steps of a chain, in each pool."""
CONDITIONS: dict[str, tuple[tuple[str, ...], ...]] = {
    "train": _said("if there is", "if you see"),
    "held-out": _said("in case there is", "provided there is"),
}
"""What stands before the thing that a condition is about."""
OTHERWISE: dict[str, tuple[tuple[str, ...], ...]] = {
    "train": _said("otherwise", "else"),
    "held-out": _said("or else", "if not"),
}
"""What stands before what is done if a condition is false."""
JOINING_WORDS: dict[str, frozenset[str]] = {
    pool: frozenset(
        word
        for table in (CONNECTORS, CONDITIONS, OTHERWISE)
        for words in table[pool]
        for word in words
    )
    | {"and", "it", "them", "there", "no", "a", "an"}
    for pool in ("train", "held-out")
}
"""Every word that stands between clauses, or for what was said before, in each pool."""
PARTICLES: frozenset[str] = frozenset(
    ("up", "shut", "open", "over", "down", "out", "apart", "together")
)
"""Second words of verbs, as in "pick up" and "push shut"."""
POLITE = "please"
"""May open or close any instruction; it changes nothing."""
FIRST = "first"
"""May open a chain; it changes nothing either."""


def without_politeness(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without one opening and one closing "please".

    >>> without_politeness("please touch it please".split())
    ('touch', 'it')
    """
    start = int(bool(words) and words[0] == POLITE)
    end = len(words) - int(len(words) > start and words[-1] == POLITE)
    return tuple(words[start:end])

"""Verbs and prepositions that training never says, for trained ones.

`paraphrase-lex` says a trained sentence with one of them. A word that some phrasing of training has
is no held-out word, and is left out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

SYNONYMS: dict[str, tuple[str, ...]] = {
    "push": ("shove", "nudge"),
    "slide": ("drag",),
    "move": ("shift",),
    "put": ("deposit", "lay"),
    "place": ("position",),
    "set": ("rest",),
    "drop": ("dump",),
    "take": ("grab",),
    "pick": ("scoop",),
    "find": ("locate",),
    "go": ("come",),
    "pull": ("tug", "yank"),
    "close": ("seal",),
    "in": ("inside",),
    "into": ("inside",),
    "on": ("upon",),
    "onto": ("atop",),
    "beside": ("alongside",),
    "forward": ("forwards",),
}
"""What a word can be replaced by, wherever training says it as a verb or a preposition.

Words that only one goal has are replaced by its own `synonyms`.
"""

NOUNS_IN_PHRASES = (
    ("a", "push"),
    ("in", "front"),
    ("quarter", "turn"),
    ("on", "top"),
    ("close", "to"),
    ("close", "together"),
)
"""Pairs of words that hide a verb or a preposition which is none: "give it a push"."""


def reworded(
    words: Sequence[str], trained: Collection[str], own: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Yield a phrasing with one word replaced by each synonym that is not `trained`.

    >>> list(reworded(("touch", "{target}"), trained=["touch"], own={"touch": ("tap",)}))
    [('tap', '{target}')]

    Args:
        words: The phrasing.
        trained: Words that training says.
        own: Synonyms of the goal that it asks for.
    """
    synonyms = {**SYNONYMS, **own}
    for i, word in enumerate(words):
        before, after = tuple(words[max(0, i - 1) : i + 1]), tuple(words[i : i + 2])
        if before in NOUNS_IN_PHRASES or after in NOUNS_IN_PHRASES:
            continue
        if word == "push" and _is_press(words, i):
            continue
        for synonym in synonyms.get(word, ()):
            if synonym not in trained:
                yield (*words[:i], synonym, *words[i + 1 :])


def _is_press(words: Sequence[str], i: int) -> bool:
    """Whether "push" says no way: so a button is pushed, but nobody nudges one to press it."""
    opens = i == 0 or words[i - 1] in ("please", "and")
    return opens and (words[i + 1] == "on" or len(words) == i + 2)

"""Verbs and prepositions that training never says, for trained ones.

`paraphrase-lex` says a trained sentence with one of them. A word that some phrasing of training has
is no held-out word, and is left out.
"""

from collections.abc import Collection, Iterator, Sequence

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
    "touch": ("tap",),
    "go": ("come",),
    "lift": ("raise", "hoist"),
    "pull": ("tug", "yank"),
    "close": ("seal",),
    "press": ("poke",),
    "in": ("inside",),
    "into": ("inside",),
    "on": ("upon",),
    "onto": ("atop",),
    "beside": ("alongside",),
    "forward": ("forwards",),
    "turn": ("twist", "swivel"),
    "rotate": ("spin",),
    "tip": ("topple",),
    "knock": ("bump",),
}
"""What a word can be replaced by, wherever training says it as a verb or a preposition."""

NOUNS_IN_PHRASES = (
    ("a", "push"),
    ("in", "front"),
    ("quarter", "turn"),
    ("on", "top"),
    ("close", "to"),
    ("close", "together"),
)
"""Pairs of words that hide a verb or a preposition which is none: "give it a push"."""


def reworded(words: Sequence[str], trained: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield a phrasing with one word replaced by each synonym that is not `trained`.

    >>> list(reworded(("touch", "{target}"), trained=["touch"]))
    [('tap', '{target}')]
    """
    for i, word in enumerate(words):
        before, after = tuple(words[max(0, i - 1) : i + 1]), tuple(words[i : i + 2])
        if before in NOUNS_IN_PHRASES or after in NOUNS_IN_PHRASES:
            continue
        if word == "push" and _is_press(words, i):
            continue
        for synonym in SYNONYMS.get(word, ()):
            if synonym not in trained:
                yield (*words[:i], synonym, *words[i + 1 :])


def _is_press(words: Sequence[str], i: int) -> bool:
    """Whether "push" says no way: so a button is pushed, but nobody nudges one to press it."""
    opens = i == 0 or words[i - 1] in ("please", "and")
    return opens and (words[i + 1] == "on" or len(words) == i + 2)

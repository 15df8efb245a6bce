"""The word that somebody who mistyped may have meant."""

from collections.abc import Collection

SHORT, LONG = 3, 5
"""Shorter words are never meant; longer ones may have two mistakes, those between have one. A wrong
letter counts as two, so "pink" is not "pick"."""


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that is spelled almost like this one, None if there is none.

    >>> nearest("cueb", ["cube", "tube"]), nearest("grasp", ["gap"]), nearest("pink", ["spin"])
    ('cube', None, None)

    Args:
        word: What was typed.
        known: What may be meant; equally near ones are taken in alphabetical order.
    """
    # Nobody mistypes the first letter, except for the second one.
    similar = (k for k in known if len(k) >= SHORT and k[0] in word[:2] and word[0] in k[:2])
    near = ((_distance(word, k), k) for k in similar)
    close = ((n, k) for n, k in near if n <= (2 if len(k) >= LONG else 1))
    return min(close, default=(0, None))[1]


def _distance(one: str, other: str) -> int:
    """Return how many letters are lacking, too many or swapped, and twice how many are wrong."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            ways = [row[j - 1] + 1, before[j] + 1, before[j - 1] + 2 * (a != b)]
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                ways.append(last[j - 2] + 1)
            row.append(min(ways))
    return row[-1]

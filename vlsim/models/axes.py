"""Which channels the axes of weights run over: what a narrower network of the same parts keeps.

A part that can be rebuilt narrower writes, for each weight by its name, the channels along each of
its axes, with spaces between: `"image edges"`. Channels one behind another have a `+`, the same
several times a `3*`; a number is that many entries that stay, a dot an axis that stays, and so do
axes that are not written. Weights that are not named stay as they are.

Channels of one name are the same ones wherever they occur, so a kept channel is kept everywhere.
Parts share `IMAGE`, `WORDS`, `CONTEXT`, `ROLE` and `GIST`; any other name is the part's own.
"""

from collections.abc import Mapping
from typing import TypeAlias

Axes: TypeAlias = Mapping[str, str]

IMAGE, WORDS, CONTEXT, ROLE, GIST = "image", "words", "context", "role", "gist"
"""Features of an image token, of a word, of a word in its sentence, of a role, of the gist."""
SHARED = (IMAGE, WORDS, CONTEXT, ROLE, GIST)
STAYS = "."
"""An axis that stays."""


def split_axes(words: str) -> list[list[str]]:
    """Return what each axis runs over, piece by piece; a name for channels, a number for entries.

    >>> split_axes("2*role+3 image")
    [['role', 'role', '3'], ['image']]
    """
    return [
        [piece for term in axis.split("+") for piece in _repeated(term)] for axis in words.split()
    ]


def _repeated(term: str) -> list[str]:
    times, star, name = term.rpartition("*")
    return [name] * int(times) if star else [name]


def under(prefix: str, axes: Axes) -> dict[str, str]:
    """Return the axes of a part by the names that its weights have in a whole.

    >>> under("pool.", {"bias": "role"})
    {'pool.bias': 'role'}
    """
    return {f"{prefix}{name}": words for name, words in axes.items()}

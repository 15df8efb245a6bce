"""Terminals that cannot show every letter: an ASCII one gets the nearest sign instead."""

import codecs
from io import TextIOWrapper
from typing import TextIO

NEAREST = {"…": "...", "•": "*", "─": "-", "━": "-", "│": "|", "°": " deg"}
"""Signs of our own, tyro's and rich's texts. What is not here becomes a question mark."""


def show_nearest(stream: TextIO) -> None:
    """Let a stream write the nearest sign where it would raise a UnicodeEncodeError."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors=__name__)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(NEAREST.get(letter, "?") for letter in letters), error.end


codecs.register_error(__name__, _nearest)

"""Everything that can be said of one picture, from the facts of its scene and the grammar."""

from vlsim.annotations.annotation import (
    Annotation,
    Caption,
    Expression,
    Pair,
    Phrase,
    Question,
    Thing,
)

__all__ = ["Annotation", "Caption", "Expression", "Pair", "Phrase", "Question", "Thing"]

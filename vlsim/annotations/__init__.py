"""Everything that can be said of one picture, from the facts of its scene and the grammar."""

from vlsim.annotations.annotate import Amounts, annotate
from vlsim.annotations.annotation import (
    Annotation,
    Caption,
    Expression,
    Pair,
    Phrase,
    Question,
    Thing,
)
from vlsim.annotations.view import View

__all__ = [
    "Amounts",
    "Annotation",
    "Caption",
    "Expression",
    "Pair",
    "Phrase",
    "Question",
    "Thing",
    "View",
    "annotate",
]

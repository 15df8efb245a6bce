"""Knows how a sentence about a picture goes on."""

from collections.abc import Mapping
from typing import ClassVar

from vlsim.models.perceivers.base import MODELS
from vlsim.models.perceivers.seeing import Seeing
from vlsim.models.perceivers.speaking import Speaking


@MODELS.register("grounded-lm")
class GroundedLm(Speaking, Seeing):
    """A language model of the next word that looks at the things of a picture."""

    heads_used: ClassVar[tuple[str, ...]] = ("things", "speaker")
    objectives: ClassVar[Mapping[str, float]] = {"perception": 1.0, "next_word": 1.0}
    texts: ClassVar[tuple[str, ...]] = ("captions",)

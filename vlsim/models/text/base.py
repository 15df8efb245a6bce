"""What every text part is: token ids in, text tokens out."""

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from torch import Tensor, nn

from vlsim.models.axes import CONTEXT, Axes
from vlsim.models.tokens import TextTokens
from vlsim.plugins import load_parts
from vlsim.registry import Registry


class Text(nn.Module, ABC):
    """Turns sentences into tokens; id 0 is padding.

    A subclass is registered in `TEXT` under its name and takes (vocabulary_size, dim).
    """

    in_bf16: ClassVar[bool] = True
    """Whether it may compute in bf16 where that is asked for."""
    dim_multiple: ClassVar[int] = 1
    """What `dim` must be a multiple of."""
    context: ClassVar[str] = CONTEXT
    """Channels that make up the features of a word in its sentence, as `Axes` are written."""
    most_words: float = math.inf
    """Words of the longest sentence that it can read."""

    @property
    def settings(self) -> dict[str, Any]:
        """Whatever else is needed to build this part again, as JSON."""
        return {}

    @property
    def axes(self) -> Axes | None:
        """Which channels its weights run over, None if it cannot be rebuilt narrower."""
        return None

    @abstractmethod
    def forward(self, ids: Tensor) -> TextTokens:
        """Return the tokens of sentences (M, L), int64. Padding has no influence on the rest."""


TEXT: Registry[type[Text]] = Registry("text part", load_parts)

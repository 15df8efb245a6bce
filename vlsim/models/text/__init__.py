"""Text parts: sentences become tokens with a mask; one file each."""

from vlsim.models.text import gru, transformer
from vlsim.models.text.base import TEXT, Text

__all__ = ["TEXT", "Text", "gru", "transformer"]

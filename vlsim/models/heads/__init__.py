"""Heads: what is done about what was found; one file each."""

from vlsim.models.heads import pointing, steering
from vlsim.models.heads.base import HEADS, Head

__all__ = ["HEADS", "Head", "pointing", "steering"]

"""Heads: what is done about what was found, and what that is worth; one file each."""

from vlsim.models.heads import hybrid, pointing, steering, value
from vlsim.models.heads.base import HEADS, ActionHead, Head

__all__ = ["HEADS", "ActionHead", "Head", "hybrid", "pointing", "steering", "value"]

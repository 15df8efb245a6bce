"""Fusion parts: ways in which words meet the picture; one file each."""

from vlsim.models.fusion import (
    cross_attention,
    early,
    film,
    gated,
    late,
    role_attention,
    word_maps,
)
from vlsim.models.fusion.base import FUSION, Fused, Fusion

__all__ = [
    "FUSION",
    "Fused",
    "Fusion",
    "cross_attention",
    "early",
    "film",
    "gated",
    "late",
    "role_attention",
    "word_maps",
]

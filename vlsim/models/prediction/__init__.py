"""Prediction heads: what pictures and words tell, beside acting; one file each."""

from vlsim.models.prediction import (
    answers,
    classifier,
    matching,
    phrases,
    retrieval,
    speaker,
    stack,
    things,
)
from vlsim.models.prediction.base import PREDICTION_HEADS, PredictionHead, build_heads

__all__ = [
    "PREDICTION_HEADS",
    "PredictionHead",
    "answers",
    "build_heads",
    "classifier",
    "matching",
    "phrases",
    "retrieval",
    "speaker",
    "stack",
    "things",
]

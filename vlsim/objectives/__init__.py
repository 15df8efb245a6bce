"""Objectives: what networks learn beside acting; one file each."""

from vlsim.objectives import (
    attention,
    contrastive,
    imitation,
    motion,
    perception,
    phrases,
    refer,
    referent,
    vqa,
)
from vlsim.objectives.base import OBJECTIVES, Objective, Objectives
from vlsim.objectives.batch import Batch

__all__ = [
    "OBJECTIVES",
    "Batch",
    "Objective",
    "Objectives",
    "attention",
    "contrastive",
    "imitation",
    "motion",
    "perception",
    "phrases",
    "refer",
    "referent",
    "vqa",
]

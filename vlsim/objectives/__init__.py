"""Objectives: what networks learn beside acting; one file each."""

from vlsim.objectives import (
    alignment,
    attention,
    blip,
    caption,
    classification,
    clip,
    contrastive,
    imitation,
    instruction,
    matching,
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
    "alignment",
    "attention",
    "blip",
    "caption",
    "classification",
    "clip",
    "contrastive",
    "imitation",
    "instruction",
    "matching",
    "motion",
    "perception",
    "phrases",
    "refer",
    "referent",
    "vqa",
]

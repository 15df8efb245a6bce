"""Models: they see, read, answer and find; one file each, by name in `MODELS`."""

from vlsim.models.perceivers import (
    blip,
    clip,
    grounded_lm,
    multitask,
    refer,
    vl_transformer,
    vqa,
)
from vlsim.models.perceivers.base import MODELS, Model

__all__ = [
    "MODELS",
    "Model",
    "blip",
    "clip",
    "grounded_lm",
    "multitask",
    "refer",
    "vl_transformer",
    "vqa",
]

"""Models: they see, read, answer and find; one file each, by name in `MODELS`."""

from vlsim.models.perceivers import refer, vqa
from vlsim.models.perceivers.base import MODELS, Model

__all__ = ["MODELS", "Model", "refer", "vqa"]

"""Vision parts: pictures become tokens that know where they are; one file each."""

from vlsim.models.vision import conv, resnet, space_to_depth, vit
from vlsim.models.vision.base import VISION, Vision

__all__ = ["VISION", "Vision", "conv", "resnet", "space_to_depth", "vit"]

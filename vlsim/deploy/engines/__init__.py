"""Engines: what computes the network of a bundle, by name."""

from vlsim.deploy.engines import torch_engine
from vlsim.deploy.engines.base import ENGINES, Computing, Engine, Reply, TextArrays

__all__ = [
    "ENGINES",
    "Computing",
    "Engine",
    "Reply",
    "TextArrays",
    "torch_engine",
]

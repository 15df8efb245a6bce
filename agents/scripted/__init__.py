"""Policies that are programs: an expert that knows the truth, and uniform chance."""

from vlsim.agents.scripted.expert import Expert
from vlsim.agents.scripted.uniform import Random

__all__ = ["Expert", "Random"]

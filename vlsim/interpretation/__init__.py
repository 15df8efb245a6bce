"""Interpretation: what a person in front of a robot means, by what a model sees."""

from vlsim.interpretation.interpret import Interpretation, Referent, interpret

__all__ = ["Interpretation", "Referent", "interpret"]

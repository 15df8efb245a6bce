"""Domain randomisation: terms that change looks, cameras, physics and sensing between episodes."""

from vlsim.scene.randomization.background import BackgroundTerm
from vlsim.scene.randomization.camera import CameraTerm
from vlsim.scene.randomization.distractors import DistractorTerm
from vlsim.scene.randomization.distributions import Choice, Constant, Normal, Uniform
from vlsim.scene.randomization.light import LightTerm
from vlsim.scene.randomization.objects import ObjectColorTerm
from vlsim.scene.randomization.physics import FrictionTerm, GainTerm, MassTerm
from vlsim.scene.randomization.randomizer import PRESETS, TERMS, Randomizer, choose_terms
from vlsim.scene.randomization.robot_init import RobotInitTerm
from vlsim.scene.randomization.sensing import LatencyTerm, NoiseTerm
from vlsim.scene.randomization.term import Term

__all__ = [
    "PRESETS",
    "TERMS",
    "BackgroundTerm",
    "CameraTerm",
    "Choice",
    "Constant",
    "DistractorTerm",
    "FrictionTerm",
    "GainTerm",
    "LatencyTerm",
    "LightTerm",
    "MassTerm",
    "NoiseTerm",
    "Normal",
    "ObjectColorTerm",
    "Randomizer",
    "RobotInitTerm",
    "Term",
    "Uniform",
    "choose_terms",
]

"""Measuring policies: rollouts, benchmarks with controls, and what is shown of them.

Policies and environments come in as arguments; nothing here knows how they are made.
"""

from vlsim.evaluation.benchmark import run_benchmark
from vlsim.evaluation.plan import Entrant, Plan
from vlsim.evaluation.rollout import EvaluationError, benchmark_seeds, evaluate
from vlsim.interface.environment import EnvFactory, Environment
from vlsim.interface.policy import Attentive, Policy

__all__ = [
    "Attentive",
    "Entrant",
    "EnvFactory",
    "Environment",
    "EvaluationError",
    "Plan",
    "Policy",
    "benchmark_seeds",
    "evaluate",
    "run_benchmark",
]

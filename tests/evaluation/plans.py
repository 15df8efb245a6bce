"""A benchmark of the fake world, and what its tests look at."""

import json
from pathlib import Path
from typing import Any

from tests.evaluation.fakes import Guesser, Oracle, Reader, number
from vlsim.evaluation.plan import Entrant, Plan
from vlsim.evaluation.rollout import benchmark_seeds
from vlsim.instruction_sets.role import BLIND

PLAN = Plan(
    task="say",
    control="voice",
    sets=("seen", "combo"),
    controls={"no-instruction": BLIND},
    episodes=40,
    films=1,
)
SEEDS = benchmark_seeds(40)
ZEROS = sum(number(seed) == 0 for seed in SEEDS)
READER = Entrant("reader", Reader, "abc")
GUESSER = Entrant("runs/guesser", Guesser)
ORACLE = Entrant("oracle", Oracle, is_bound=True)
ALL = [READER, GUESSER, ORACLE]


def score(results: dict[str, Any], policy: str, name: str) -> dict[str, Any]:
    (found,) = (s for s in results["scores"] if (s["policy"], s["set"]) == (policy, name))
    return dict(found)


def comparable(path: Path) -> tuple[bytes, dict[str, Any]]:
    results = json.loads((path / "results.json").read_text())
    del results["provenance"]
    return (path / "episodes.jsonl").read_bytes(), results

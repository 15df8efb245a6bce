"""How good a finished run is, in a few lines."""

from pathlib import Path
from typing import Any

from vlsim.agents.callbacks import PPO_STAGE
from vlsim.agents.config import TrainConfig
from vlsim.agents.training import POLICY
from vlsim.metrics.intervals import wilson
from vlsim.runs import read_metrics

ENOUGH_EPISODES = 200
"""Success is that of the last updates which have so many episodes together."""
FOUND = "found/"


def run_summary(config: TrainConfig, run: Path) -> str:
    """Return what a run reached, where its policy is, and how to measure it."""
    lines = read_metrics(run)
    rows = {
        "success": _success([line for line in lines if line["stage"] == PPO_STAGE]),
        "found": _found(lines),
        "frames": f"{max((line.get('frames', 0) for line in lines), default=0):,} of PPO",
        "policy": str(run / POLICY),
        "measure": f"vlsim benchmark --policy {run} --task {config.task}",
    }
    return "\n".join(f"  {name:9}{text}" for name, text in rows.items() if text)


def _success(updates: list[dict[str, Any]]) -> str:
    """Return the success of the last updates, empty if there was no PPO."""
    n = successes = first = 0
    for line in reversed(updates):
        if n >= ENOUGH_EPISODES:
            break
        first = line["update"]
        n += line["episodes"]
        successes += round(line["episodes"] * line.get("success_rate", 0.0))
    if not updates:
        return ""
    if not n:
        return "unknown: no episode has ended"
    return f"{wilson(successes, n)} in updates {first} to {updates[-1]['update']}, while exploring"


def _found(lines: list[dict[str, Any]]) -> str:
    """Return the share of referents that grounding found at its end, empty if there was none."""
    measured = [line for line in lines if any(key.startswith(FOUND) for key in line)]
    if not measured:
        return ""
    shares = {
        key.removeprefix(FOUND): share
        for key, share in measured[-1].items()
        if key.startswith(FOUND)
    }
    return ", ".join(f"{role} {share:.2f}" for role, share in shares.items()) + (
        " of unseen still scenes, after grounding"
    )

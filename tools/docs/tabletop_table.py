"""The tables of what policies for the whole tabletop do, by set and by goal."""

from typing import Any

GOALS_OF = "seen"
"""The set whose goals are shown one by one."""


def tabletop(result: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return a row for each set and each goal of `GOALS_OF`, and a column for each run."""
    runs = result["results"]
    measured = list(runs.values())
    sets = list(dict.fromkeys(name for run in measured for name in run))
    goals = sorted({goal for run in measured for goal in run[GOALS_OF]["goals"]})
    rows = [
        [f"`{name}`", *(_cell(run.get(name, {}).get("success")) for run in measured)]
        for name in sets
    ]
    rows.append(
        [
            f"`{GOALS_OF}`, mean over goals",
            *(f"{run[GOALS_OF]['mean over goals']:.2f}" for run in measured),
        ]
    )
    rows += [
        [f"`{GOALS_OF}`, {goal}", *(_cell(run[GOALS_OF]["goals"].get(goal)) for run in measured)]
        for goal in goals
    ]
    return ["", *(f"`{run}`" for run in runs)], rows


def _cell(estimate: dict[str, Any] | None) -> str:
    if estimate is None:
        return ""
    return "{value:.2f} [{low:.2f}, {high:.2f}] n={n}".format(**estimate)

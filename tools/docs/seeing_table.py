"""The table of what models answer and find in pictures that they never saw."""

from typing import Any


def seeing(result: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return a row for each thing that was measured, and a column for each run and split."""
    runs = result["results"]
    columns = [(run, split) for run, measured in runs.items() for split in measured["numbers"]]
    names = sorted({name for run, split in columns for name in runs[run]["numbers"][split]})
    rows = [
        [name, *(_cell(runs[run]["numbers"][split].get(name)) for run, split in columns)]
        for name in names
    ]
    heads = ["", *(f"`{run}`, `{split}`" for run, split in columns)]
    return heads, rows


def _cell(estimate: dict[str, Any] | None) -> str:
    if estimate is None:
        return ""
    return "{value:.2f} [{low:.2f}, {high:.2f}] n={n}".format(**estimate)

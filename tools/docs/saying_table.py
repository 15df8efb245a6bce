"""The table of docs/saying.md: what models say of pictures."""

from typing import Any

TARGETS = {
    "picture: recall at 1": "at least 0.70",
    "picture: median rank": "1",
    "captions: facts F, of the listing": "at least 0.90",
    "captions: facts F, of all five": "at least 0.90",
    "decided words: perplexity": "at most 1.15 times the grammar's",
    "decided words: perplexity, other pictures": "at least 3 times the first",
}


def saying(result: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return every number of each model and split."""
    rows = result["results"]
    names = list(dict.fromkeys(name for row in rows for name in row["numbers"]))
    heads = ["", *(f"`{row['model']}`, `{row['split']}`" for row in rows), "target"]
    cells = [
        [name, *(_cell(row["numbers"].get(name)) for row in rows), TARGETS.get(name, "")]
        for name in names
    ]
    return heads, cells


def _cell(number: dict[str, Any] | None) -> str:
    if number is None:
        return ""
    return f"{number['value']:.3f} [{number['low']:.3f}, {number['high']:.3f}]"

"""The table of words that were learned from a few pictures."""

from typing import Any


def few_shot(result: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return a row for each method and number of pictures, and a column for each new kind."""
    kinds = list(next(iter(result["results"].values())))
    rows = [
        [
            name,
            *("{value:.2f} [{low:.2f}, {high:.2f}] n={n}".format(**shares[k]) for k in kinds),
        ]
        for name, shares in result["results"].items()
    ]
    return ["", *kinds], rows

"""The table of how many still scenes policies need, with and without a pretrained backbone."""

from typing import Any


def transfer(result: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return a row for each number of scenes and seed, and a column for each start and set."""
    measured = result["results"]["rows"]
    starts = list(dict.fromkeys(row["start"] for row in measured))
    sets = [name for name in measured[0]["success"] if name in ("seen", "combo")]
    columns = [(start, name) for start in starts for name in sets]
    success = {(row["scenes"], row["seed"], row["start"]): row["success"] for row in measured}
    keys = sorted({(row["scenes"], row["seed"]) for row in measured})
    rows = [
        [
            f"{scenes:,}",
            str(seed),
            *(
                "{value:.2f} [{low:.2f}, {high:.2f}]".format(**success[scenes, seed, start][name])
                for start, name in columns
            ),
        ]
        for scenes, seed in keys
    ]
    return ["scenes", "seed", *(f"{start}, `{name}`" for start, name in columns)], rows

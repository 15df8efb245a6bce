"""The part of `vlsim evaluate --human` that a rater sees."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console

from vlsim.evaluation import words
from vlsim.evaluation.perception.rating import SOURCES, Ratings
from vlsim.video.blocks import in_blocks

COLUMNS = 48
"""Of a picture in the terminal."""
QUESTION = "Is it right? y (yes), n (no), q (stop): "
KEYS = {"y": True, "yes": True, "n": False, "no": False}
STOP = ("q", "quit")


def rate(
    folder: Path, rater: str, count: int, console: Console, read: Callable[[str], str] = input
) -> None:
    """Show one rater what was said of pictures, and keep each judgement at once.

    Args:
        folder: Output folder of an evaluation.
        rater: Who judges.
        count: Statements, the same for all raters, in an order of the rater's own.
        console: Where pictures are shown: in a terminal as blocks, elsewhere their file names.
        read: Asks for a line.
    """
    ratings = Ratings(folder)
    left = list(ratings.to_rate(rater, count))
    for number, statement in enumerate(left, 1):
        picture = folder / statement.picture
        console.print(f"\n{number} of {len(left)}: {picture}", highlight=False, soft_wrap=True)
        if console.is_terminal:
            console.print(in_blocks(np.asarray(Image.open(picture).convert("RGB")), COLUMNS))
        console.print(statement.sentence, highlight=False, markup=False)
        verdict = _verdict(read)
        if verdict is None:
            print("Stopped; the same command goes on from here.", file=sys.stderr)
            return
        ratings.add(rater, statement, verdict)
    print(f"{rater} has rated all {count} statements.", file=sys.stderr)


def _verdict(read: Callable[[str], str]) -> bool | None:
    """Return the judgement, None to stop; anything else is asked again."""
    while True:
        try:
            key = read(QUESTION).strip().lower()
        except EOFError:
            return None
        if key in STOP:
            return None
        if key in KEYS:
            return KEYS[key]


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the summary of ratings in words.

    >>> row = {"rater": "", "source": "said", "value": 0.5, "low": 0.1, "high": 0.9, "n": 2}
    >>> summary_lines({"accepted": [row], "agreement": None})[0]
    'All raters accept 0.500 [0.100, 0.900] of what the model said (n = 2).'
    """
    lines = [
        f"{row['rater'] or 'All raters'} accept{'s' if row['rater'] else ''} "
        f"{words.estimate(row)} of what {SOURCES[row['source']]} said (n = {row['n']})."
        for row in summary["accepted"]
    ]
    agreement = summary["agreement"]
    if agreement is None:
        return [*lines, "Agreement: not known; it needs two raters, and judgements that differ."]
    return [
        *lines,
        f"Agreement of raters (Krippendorff's alpha): {words.estimate(agreement)} "
        f"on {agreement['n']} statements.",
    ]

"""What was measured of a model as a table for a terminal of 80 columns."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.text import Text

from vlsim.evaluation import words
from vlsim.evaluation.perception.task import title

WIDTHS = {"metric, split": 28, "model": 25, "blind": 8, "wrong": 8, "n": 7}
"""Columns with their widths; of the controls the value alone."""


def results_table(results: Mapping[str, Any]) -> Text:
    """Return what `vlsim evaluate` prints: every task, without the kinds of questions."""
    return Text("\n", no_wrap=True, overflow="ignore").join(_lines(results))


def _lines(results: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(results["model"], style="bold")
    yield Text(_row(*WIDTHS), style="bold")
    whole = (score for score in results["scores"] if not score["kind"])
    for task, rows in groupby(whole, key=lambda row: str(row["task"])):
        yield Text(task, style="bold")
        for row in rows:
            yield Text(
                _row(
                    f"  {title(row['metric'])}, {row['split']}",
                    words.estimate(row["model"]),
                    *(
                        words.NOTHING if row[who] is None else words.number(row[who]["value"])
                        for who in ("blind", "wrong_pictures")
                    ),
                    str(row["model"]["n"]),
                )
            )
    yield Text(
        "95 % intervals. Blind: what is usual in training. Wrong: the model, shown other", "italic"
    )
    yield Text("pictures. By kind of question, and with pictures: see the report.", "italic")


def _row(name: str, *cells: str) -> str:
    first, *others = WIDTHS.values()
    gap = f"\n{'':{first}}" if len(name) > first else ""
    return f"{name:{first}}{gap}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, others, strict=True)
    )

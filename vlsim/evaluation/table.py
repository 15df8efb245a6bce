"""The results as tables for the terminal."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from vlsim.evaluation import words

Results = Mapping[str, Any]

CONTROL = "*"
"""Marks a set that is a control."""


def results_table(results: Results) -> RenderableType:
    """Return what `vlsim benchmark` prints: scores, language gap, differences, warnings."""
    return Group(*_parts(results))


def _parts(results: Results) -> Iterator[RenderableType]:
    yield _scores(results)
    for gap in results["language_gap"]:
        yield Text(
            f"{gap['policy']}: seen minus no-instruction {words.difference(gap)}, "
            f"{words.p_value(gap['p_value'])}"
        )
    if results["differences"]:
        yield Text()
        yield _differences(results)
    for warning in results["warnings"]:
        yield Text(f"Warning: {warning}", style="yellow")


def _scores(results: Results) -> Table:
    table = _table(
        f"{words.setting(results)}: {results['episodes']} episodes a set",
        f"Shares with 95 % Wilson intervals. {CONTROL} A control shows what success is worth.",
    )
    for name in ("success", "right object", "return", "steps", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    for policy, scores in groupby(results["scores"], key=lambda score: score["policy"]):
        group = list(scores)
        table.add_section()
        table.add_row(escape(policy) + (" (bound)" if group[0]["is_bound"] else ""), style="bold")
        for score in group:
            table.add_row(
                _set(score),
                words.estimate(score["success"]),
                words.estimate(score["referent_accuracy"]),
                f"{score['return']['value']:.2f}",
                f"{score['steps']['value']:.1f}",
                str(score["n"]),
                style="dim" if score["is_control"] or score["is_bound"] else "",
            )
    return table


def _differences(results: Results) -> Table:
    table = _table(
        "Paired differences of success, on the same seeds",
        "p: exact McNemar test. Wins: episodes in which only that one succeeded.",
    )
    for name in ("difference", "p", "wins"):
        table.add_column(name, justify="right", no_wrap=True)
    pairs = groupby(results["differences"], key=lambda entry: (entry["first"], entry["second"]))
    for (first, second), entries in pairs:
        table.add_section()
        table.add_row(escape(f"{first} - {second}"), style="bold")
        for entry in entries:
            table.add_row(
                _set(entry),
                words.difference(entry),
                words.p_value(entry["p_value"]).removeprefix("p ").removeprefix("= "),
                f"{entry['only_first']} : {entry['only_second']}",
                style="dim" if entry["is_control"] else "",
            )
    return table


def _table(title: str, caption: str) -> Table:
    """Return a table for 80 columns; policies stand above their sets, as names can be long."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        caption=caption,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("set", overflow="fold")
    return table


def _set(row: Mapping[str, Any]) -> str:
    return f"  {escape(row['set'])}{' ' + CONTROL if row['is_control'] else ''}"

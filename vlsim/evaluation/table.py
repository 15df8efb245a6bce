"""The results as tables for the terminal."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from vlsim.evaluation import words

Results = Mapping[str, Any]


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
    title = f"{words.setting(results)}: {results['episodes']} episodes a set"
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        caption="Shares with 95 % Wilson intervals. A control shows what success is worth.",
        caption_justify="left",
    )
    for name in ("policy", "set"):
        table.add_column(name, overflow="fold")
    for name in ("success", "right object", "return", "steps", "n"):
        table.add_column(name, justify="right", no_wrap=name == "success")
    for policy, scores in groupby(results["scores"], key=lambda score: score["policy"]):
        for i, score in enumerate(scores):
            mark = " (bound)" if score["is_bound"] else ""
            table.add_row(
                escape(policy + mark) if i == 0 else "",
                escape(score["set"]) + (" (control)" if score["is_control"] else ""),
                words.estimate(score["success"]),
                words.estimate(score["referent_accuracy"]),
                f"{score['return']['value']:.2f}",
                f"{score['steps']['value']:.1f}",
                str(score["n"]),
                style="dim" if score["is_control"] or score["is_bound"] else "",
            )
        table.add_section()
    return table


def _differences(results: Results) -> Table:
    table = Table(
        title="Paired differences of success, on the same seeds",
        title_justify="left",
        title_style="bold",
        caption="p: exact McNemar test. Wins: episodes in which only that one succeeded.",
        caption_justify="left",
    )
    table.add_column("first minus second", overflow="fold")
    table.add_column("set", overflow="fold")
    table.add_column("difference", justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    table.add_column("wins", justify="right", no_wrap=True)
    for entry in results["differences"]:
        table.add_row(
            escape(f"{entry['first']} - {entry['second']}"),
            escape(entry["set"]) + (" (control)" if entry["is_control"] else ""),
            words.difference(entry),
            words.p_value(entry["p_value"]).removeprefix("p ").removeprefix("= "),
            f"{entry['only_first']} : {entry['only_second']}",
            style="dim" if entry["is_control"] else "",
        )
    return table

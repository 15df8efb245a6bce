"""The results as tables for a terminal of 80 columns."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.text import Text

from vlsim.evaluation import words
from vlsim.instruction_sets.role import BLIND, CAPTIONS, MEASURED, WRONG_WORDS

Results = Mapping[str, Any]

MARKS = {MEASURED: "", BLIND: " *", WRONG_WORDS: " †"}
"""What stands behind the name of a set, by its role."""
WIDTH = 80
NAME_WIDTH = 20
"""Columns for the name of a set; numbers of a longer one stand in the line below it."""
SCORES = {"success": 21, "right object": 21, "return": 7, "steps": 6, "n": 5}
DIFFERENCES = {"difference": 24, "p": 8, "wins": 11}
"""Columns of the two tables with their widths."""


def results_table(results: Results) -> Text:
    """Return what `vlsim benchmark` prints: scores, language gap, differences, warnings."""
    # No line is wrapped: a terminal that is too narrow breaks a long name where it must.
    return Text("\n", no_wrap=True, overflow="ignore").join(_lines(results))


def _lines(results: Results) -> Iterator[Text]:
    yield from _scores(results)
    for gap in results["language_gap"]:
        yield Text(
            f"{gap['policy']}: seen minus no-instruction {words.difference(gap)}, "
            f"{words.p_value(gap['p_value'])}"
        )
    if results["differences"]:
        yield Text()
        yield from _differences(results)
    for warning in results["warnings"]:
        yield Text(_wrapped(f"Warning: {warning}"), style="yellow")


def _scores(results: Results) -> Iterator[Text]:
    yield Text(
        f"{words.setting(results)}: {words.episodes(results)} of each policy on each set",
        style="bold",
    )
    yield _row("set", SCORES, SCORES.values(), "bold")
    for policy, scores in groupby(results["scores"], key=lambda score: score["policy"]):
        group = list(scores)
        yield Text(policy + (" (bound)" if group[0]["is_bound"] else ""), style="bold")
        for score in group:
            cells = (
                words.estimate(score["success"]),
                words.estimate(score["referent_accuracy"]),
                words.number(score["return"]["value"], 2),
                words.number(score["steps"]["value"], 1),
                str(score["n"]),
            )
            is_muted = score["role"] != MEASURED or score["is_bound"]
            yield _row(_set(score), cells, SCORES.values(), "dim" if is_muted else "")
    yield Text("Shares with 95 % Wilson intervals.", style="italic")
    roles = {score["role"] for score in results["scores"]}
    for role in (BLIND, WRONG_WORDS):
        if role in roles:
            mark = MARKS[role].strip()
            yield Text(_wrapped(f"{mark} {role.capitalize()}: {CAPTIONS[role]}"), style="italic")


def _differences(results: Results) -> Iterator[Text]:
    yield Text("Paired differences of success, on the same seeds", style="bold")
    yield _row("set", DIFFERENCES, DIFFERENCES.values(), "bold")
    pairs = groupby(results["differences"], key=lambda entry: (entry["first"], entry["second"]))
    for (first, second), entries in pairs:
        yield Text(f"{first} - {second}", style="bold")
        for entry in entries:
            cells = (
                words.difference(entry),
                words.p_value(entry["p_value"]).removeprefix("p ").removeprefix("= "),
                f"{entry['only_first']} : {entry['only_second']}",
            )
            style = "" if entry["role"] == MEASURED else "dim"
            yield _row(_set(entry), cells, DIFFERENCES.values(), style)
    yield Text(
        "p: exact McNemar test. Wins: episodes in which only that one succeeded.", style="italic"
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH)


def _row(name: str, cells: Iterable[str], widths: Iterable[int], style: str) -> Text:
    numbers = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    gap = f"\n{'':{NAME_WIDTH}}" if len(name) > NAME_WIDTH else ""
    return Text(f"{name:{NAME_WIDTH}}{gap}{numbers}", style=style)


def _set(row: Mapping[str, Any]) -> str:
    return f"  {row['set']}{MARKS[row['role']]}"

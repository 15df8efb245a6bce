"""Intervals as small inline SVG drawings: a band from low to high and a dot at the value."""

from collections.abc import Mapping
from typing import Any

from vlsim.evaluation.words import number, signed

WIDTH, HEIGHT = 330, 22
MARGIN = 7
"""Pixels; the margin leaves room for half a dot at either end."""
SHARE_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
DIFFERENCE_TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)


def share_bar(estimate: Mapping[str, Any], kind: str = "") -> str:
    """Draw a share with its interval on an axis from 0 to 1.

    >>> "<svg" in share_bar({"value": 0.5, "low": 0.2, "high": 0.8, "n": 10})
    True
    """
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    label = f"{number(value)}, from {number(low)} to {number(high)}"
    return _bar(value, low, high, SHARE_TICKS, label, kind)


def difference_bar(data: Mapping[str, Any], kind: str = "") -> str:
    """Draw a difference with its interval on an axis from -1 to 1; zero is in the middle."""
    value, low, high = data["difference"], data["low"], data["high"]
    label = f"{signed(value)}, from {signed(low)} to {signed(high)}"
    return _bar(value, low, high, DIFFERENCE_TICKS, label, kind)


def axis(ticks: tuple[float, ...]) -> str:
    """Draw the numbers of an axis, to stand above a column of bars."""
    words = "".join(
        f'<text x="{_place(tick, ticks):.1f}" y="11" text-anchor="middle">{tick:g}</text>'
        for tick in ticks
    ).replace(">-", ">\N{MINUS SIGN}")
    return (
        f'<svg class="axis" width="{WIDTH}" height="14" viewBox="0 0 {WIDTH} 14" '
        f'aria-hidden="true">{words}</svg>'
    )


def _bar(
    value: float, low: float, high: float, ticks: tuple[float, ...], label: str, kind: str
) -> str:
    middle = HEIGHT / 2
    left, right = _place(low, ticks), _place(high, ticks)
    lines = "".join(
        f'<line class="{"zero" if tick == 0 else "tick"}" x1="{x:.1f}" x2="{x:.1f}" y1="0" '
        f'y2="{HEIGHT}"/>'
        for tick in ticks
        for x in [_place(tick, ticks)]
    )
    return (
        f'<svg class="bar {kind}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{lines}'
        f'<rect class="band" x="{left:.1f}" y="{middle - 4}" width="{right - left:.1f}" '
        f'height="8" rx="4"/>'
        f'<circle class="dot" cx="{_place(value, ticks):.1f}" cy="{middle}" r="4.5"/></svg>'
    )


def _place(value: float, ticks: tuple[float, ...]) -> float:
    share = (value - ticks[0]) / (ticks[-1] - ticks[0])
    return MARGIN + min(max(share, 0.0), 1.0) * (WIDTH - 2 * MARGIN)

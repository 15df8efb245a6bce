"""Latencies as a picture: for each policy the share of calls that took at most so long."""

from collections.abc import Sequence

import numpy as np

from vlsim.deploy.latency import Latency

WIDTH, HEIGHT, LEFT, BOTTOM, ROW = 760, 360, 50, 40, 18
"""Sizes in pixels; each policy has a row in the legend below."""
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
SHARES = (*range(0, 100), 99.5, 99.9)
"""Percentiles that a line goes through."""


def plot(latencies: Sequence[Latency]) -> str:
    """Return an SVG file; the network alone is drawn solid, the whole loop dashed."""
    most = max(float(np.percentile(entry.times_ms, 99.9)) for entry in latencies)
    names = list(dict.fromkeys(entry.name for entry in latencies))
    parts = [
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">milliseconds, batch 1; '
        "solid: the network alone, dashed: from a camera's picture to an action</text>",
        f'<text x="14" y="{HEIGHT / 2}" transform="rotate(-90 14 {HEIGHT / 2})" '
        'text-anchor="middle">share of calls</text>',
    ]
    for share in (0, 50, 95, 100):
        y = _y(share)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 10}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share} %</text>')
    for tick in range(5):
        x = LEFT + tick / 4 * (WIDTH - LEFT - 10)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
            f"{most * tick / 4:.2g}</text>"
        )
    for entry in latencies:
        values = np.percentile(entry.times_ms, SHARES) / most * (WIDTH - LEFT - 10) + LEFT
        points = " ".join(f"{x:.1f},{_y(s):.1f}" for x, s in zip(values, SHARES, strict=True))
        dashes = ' stroke-dasharray="6 4"' if entry.part == "loop" else ""
        color = COLORS[names.index(entry.name) % len(COLORS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}"{dashes}/>')
    for i, name in enumerate(names):
        y, color = HEIGHT + ROW * (i + 0.7), COLORS[i % len(COLORS)]
        parts.append(f'<text x="{LEFT}" y="{y:.1f}" fill="{color}">{name}</text>')
    height = HEIGHT + ROW * len(names) + 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" '
        f'fill="white"/>{"".join(parts)}</svg>\n'
    )


def _y(share: float) -> float:
    return 10 + (1 - share / 100) * (HEIGHT - BOTTOM - 10)

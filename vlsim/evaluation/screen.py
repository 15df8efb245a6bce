"""One picture of a film: the instruction, the scene, labelled panels, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from vlsim.evaluation.words import count
from vlsim.video import frames
from vlsim.video.frames import BAR, GREY, INK, Color, Frame
from vlsim.video.lettering import cut, font_of, pitch, wrap

OUTCOMES: dict[str, Color] = {"success": (74, 201, 126), "failed": (244, 104, 96)}
"""Colours of the outcomes that have one; any other is grey."""
TITLE_SIZES = (32, 26, 21, 17)
"""Of the instruction, pixels: the first at which it fits."""
TITLE_LINES = 3
OUTCOME_SIZES = (26, 22, 18, 15)
FACTS_SIZE, LABEL_SIZE = 16, 17
GAP, MARGIN, BORDER = 8, 12, 5
TRACK, FILL = (52, 56, 62), (109, 179, 255)
"""Colours of the bars of the reward."""
DARK = (16, 18, 20)


@dataclass(frozen=True)
class Panel:
    """A square picture beside the scene."""

    label: str
    picture: Frame


def screen(
    title: str,
    scene: Frame,
    panels: Sequence[Panel],
    *,
    step: int,
    facts: str = "",
    outcome: str | None = None,
    reason: str = "",
) -> Frame:
    """Return one picture of a film; its size depends on title, scene and panels alone.

    Args:
        title: The instruction, over the whole width.
        scene: A square picture of the scene, (S, S, 3).
        panels: Pictures at its right, two in a column.
        step: How many steps were taken.
        facts: What was filmed; written small below everything.
        outcome: "success", "failed" or "error", when it is known.
        reason: Why it failed, or could not be carried on.
    """
    side = len(scene)
    columns = [_column(panels[i : i + 2], side) for i in range(0, len(panels), 2)]
    middle = frames.side_by_side([scene, *columns], gap=GAP)
    width = middle.shape[1]
    footer = _footer(width, outcome, reason, facts, step)
    return np.vstack([_title(title, width), middle, footer])


def reward_bars(earned: Mapping[str, float], side: int) -> Frame:
    """Return a panel with the reward that was earned so far, a bar for each of its terms."""
    picture = Image.new("RGB", (side, side), DARK)
    pen = ImageDraw.Draw(picture)
    step = min(44, (side - MARGIN) // max(1, len(earned)))
    size = min(LABEL_SIZE, step // 2)
    for row, (name, value) in enumerate(earned.items()):
        top, left, right = MARGIN // 2 + row * step, MARGIN, side - MARGIN
        pen.text((left, top), name, INK, font_of(size))
        pen.text((right, top), f"{value:+.2f}", INK, font_of(size), anchor="ra")
        bar = top + pitch(size)
        pen.rectangle((left, bar, right, bar + 4), TRACK)
        if value > 0.0:
            pen.rectangle((left, bar, left + min(1.0, value) * (right - left), bar + 4), FILL)
    return np.asarray(picture)


def panel_side(side: int) -> int:
    """Return the side of a panel's picture beside a scene of this side, pixels."""
    return (side - GAP) // 2 - pitch(LABEL_SIZE)


def _column(panels: Sequence[Panel], side: int) -> Frame:
    width = panel_side(side)
    column = Image.new("RGB", (width, side), BAR)
    pen = ImageDraw.Draw(column)
    for row, panel in enumerate(panels):
        top = row * (side + GAP) // 2
        pen.text((0, top), panel.label, GREY, font_of(LABEL_SIZE))
        picture = Image.fromarray(frames.scale(panel.picture, width)).crop((0, 0, width, width))
        column.paste(picture, (0, top + pitch(LABEL_SIZE)))
    return np.asarray(column)


def _title(text: str, width: int) -> Frame:
    room = width - 2 * MARGIN
    for size in TITLE_SIZES:
        lines = wrap(text, size, room)
        if len(lines) <= TITLE_LINES:
            break
    lines = cut(lines, 2 * TITLE_LINES, size, room)
    bar = Image.new("RGB", (width, len(lines) * pitch(size) + 2 * MARGIN), BAR)
    pen = ImageDraw.Draw(bar)
    for number, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + number * pitch(size)), line, INK, font_of(size))
    return np.asarray(bar)


def _footer(width: int, outcome: str | None, reason: str, facts: str, step: int) -> Frame:
    room = width - 2 * MARGIN
    words, color = f"step {step}", INK
    if outcome is not None:
        color = OUTCOMES.get(outcome, GREY)
        words = f"{outcome}: {reason}" if reason else f"{outcome} after {count(step, 'step')}"
    fitting = [size for size in OUTCOME_SIZES if font_of(size).getlength(words) <= room]
    size = max(fitting, default=OUTCOME_SIZES[-1])
    bar = Image.new("RGB", (width, pitch(OUTCOME_SIZES[0]) + pitch(FACTS_SIZE) + MARGIN), BAR)
    pen = ImageDraw.Draw(bar)
    if outcome is not None:
        pen.rectangle((0, 0, width, BORDER), color)
    (words,) = cut(wrap(words, size, room), 1, size, room)
    pen.text((MARGIN, MARGIN // 2), words, color, font_of(size))
    (facts,) = cut(wrap(facts, FACTS_SIZE, room), 1, FACTS_SIZE, room)
    pen.text((MARGIN, MARGIN // 2 + pitch(OUTCOME_SIZES[0])), facts, GREY, font_of(FACTS_SIZE))
    return np.asarray(bar)

"""A picture in a terminal: two pixels in each letter."""

from rich.color import Color
from rich.style import Style
from rich.text import Text

from vlsim.video import frames
from vlsim.video.frames import Frame

UPPER_HALF = "▀"


def in_blocks(frame: Frame, columns: int) -> Text:
    """Return a square picture as text of so many columns, for a terminal with 24-bit colours.

    >>> import numpy as np
    >>> print(in_blocks(np.zeros((8, 8, 3), np.uint8), 4))
    ▀▀▀▀
    ▀▀▀▀
    """
    pixels = frames.scale(frame, columns - columns % 2)
    text = Text()
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=True):
        for ink, paper in zip(upper.tolist(), lower.tolist(), strict=True):
            text.append(
                UPPER_HALF, Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*paper))
            )
        text.append("\n")
    text.rstrip()
    return text

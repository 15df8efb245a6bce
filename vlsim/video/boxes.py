"""Boxes with labels on a picture."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from vlsim.video.frames import Frame

EDGE, INK = (0, 235, 255), (0, 60, 70)


def boxes_on(
    frame: Frame, boxes: Sequence[tuple[float, float, float, float]], labels: Sequence[str]
) -> Frame:
    """Return a picture with boxes, each with a label above it.

    Args:
        frame: Shape (H, W, 3), uint8.
        boxes: (u0, v0, u1, v1) in image coordinates, -1 to 1.
        labels: One for each.
    """
    picture = Image.fromarray(frame)
    draw, (height, width) = ImageDraw.Draw(picture), frame.shape[:2]
    for (u0, v0, u1, v1), label in zip(boxes, labels, strict=True):
        left, right = ((u + 1) / 2 * width for u in (u0, u1))
        top, bottom = ((v + 1) / 2 * height for v in (v0, v1))
        draw.rectangle((left, top, right, bottom), outline=EDGE, width=2)
        draw.text((left, max(0.0, top - 12)), label, fill=INK)
    return np.array(picture)

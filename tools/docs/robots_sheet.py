"""Draw every robot at home and as the policy's camera sees it at work, for the documentation.

    python -m tools.docs.robots_sheet --out docs/images/robots.png

A column for each robot, with its name and what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro
from PIL import Image, ImageDraw

from vlsim.envs import make_env
from vlsim.files import atomic_write
from vlsim.robots.catalogue import ROBOTS
from vlsim.robots.spec import RobotSpec
from vlsim.video.lettering import font_of, pitch, wrap

SEED = 4
FORWARD = 8
"""Actions of 2 cm away from the base, so that the hand is in the front camera's picture."""
SIDE = 480
GAP, MARGIN, INDENT = 12, 14, 6
NAME_SIZE, TEXT_SIZE, LABEL_SIZE = 32, 20, 19
"""Of the letters, pixels."""
INK, SOFT = (29, 33, 38), (98, 107, 118)
LABELS = ("at home", "what the policy's camera sees")


@dataclass(frozen=True)
class SheetConfig:
    """Where the picture goes."""

    out: Path = Path("docs/images/robots.png")


def main(argv: Sequence[str] | None = None) -> None:
    """Write the picture."""
    config = tyro.cli(SheetConfig, args=argv, description=__doc__)
    with atomic_write(config.out) as temporary:
        sheet([robot for _, robot in ROBOTS.items()]).quantize(
            256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        ).save(temporary, optimize=True)


def sheet(robots: Sequence[RobotSpec]) -> Image.Image:
    """Return the picture."""
    lines = [wrap(robot.description, TEXT_SIZE, SIDE - 2 * INDENT) for robot in robots]
    head = MARGIN + pitch(NAME_SIZE) + max(map(len, lines)) * pitch(TEXT_SIZE) + MARGIN
    label = pitch(LABEL_SIZE) + MARGIN // 2
    size = len(robots) * (SIDE + GAP) - GAP, head + len(LABELS) * (label + SIDE)
    page = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(page)
    for column, robot in enumerate(robots):
        left = column * (SIDE + GAP)
        pen.text((left + INDENT, MARGIN), robot.name, INK, font_of(NAME_SIZE))
        words = "\n".join(lines[column])
        at = left + INDENT, MARGIN + pitch(NAME_SIZE)
        pen.text(at, words, SOFT, font_of(TEXT_SIZE), spacing=6)
        for row, (words, seen) in enumerate(zip(LABELS, pictures(robot), strict=True)):
            top = head + row * (label + SIDE)
            pen.text((left + INDENT, top), words, SOFT, font_of(LABEL_SIZE))
            page.paste(seen, (left, top + label))
    return page


def pictures(robot: RobotSpec) -> list[Image.Image]:
    """Return the robot at home from aside, and at work from the front."""
    seen = []
    for control, forward in (("primitive", 0), ("planar", FORWARD)):
        environment = make_env("push", control, robot=robot, render_mode="rgb_array")
        environment.reset(seed=SEED)
        for _ in range(forward):
            environment.step(np.array([1.0, 0.0], np.float32))
        picture = environment.camera_picture("front", SIDE) if forward else environment.render()
        seen.append(Image.fromarray(picture[:SIDE]))
        environment.close()
    return seen


if __name__ == "__main__":
    main()

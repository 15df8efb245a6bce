"""Draw one scene under every term of the randomisation that can be seen, for the documentation.

    python -m tools.docs.randomization_sheet --out docs/images/randomization.png

A row for each term, a column for each seed and camera.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vlsim.envs import make_env

ROWS = (
    None,
    "background",
    "object-color",
    "distractors",
    "light",
    "camera",
    "robot-init",
    "noise",
    "all",
)
SEEDS = (3, 4, 5)
CAMERAS = ("front", "wrist", "viewer")
SCENE_SEED = 4
SIDE = 96
"""Of one picture, pixels."""
LABEL_WIDTH = 90
COLORS = 255
"""Of the palette: noise does not compress, and the file shall stay small."""


@dataclass(frozen=True)
class SheetConfig:
    """Where the picture goes."""

    out: Path = Path("docs/images/randomization.png")


def pictures(term: str | None, scene: dict[str, Any]) -> NDArray[np.uint8]:
    """Return what every camera sees under every seed, side by side. Shape (SIDE, n SIDE, 3)."""
    environment = make_env("pick_place", image_size=SIDE, cameras=CAMERAS, randomization=term)
    seen = [environment.reset(seed=seed, options={"scene": scene})[0] for seed in SEEDS]
    environment.close()
    keys = ("image", *(f"image_{name}" for name in CAMERAS[1:]))
    return np.hstack([observation[key] for key in keys for observation in seen])


def sheet() -> Image.Image:
    """Return the picture."""
    environment = make_env("pick_place", image_size=SIDE)
    environment.reset(seed=SCENE_SEED)
    scene = environment.initial_scene.to_json()
    environment.close()
    width = LABEL_WIDTH + SIDE * len(SEEDS) * len(CAMERAS)
    found = Image.new("RGB", (width, SIDE * len(ROWS)), "white")
    pen = ImageDraw.Draw(found)
    for row, term in enumerate(ROWS):
        found.paste(Image.fromarray(pictures(term, scene)), (LABEL_WIDTH, row * SIDE))
        pen.text((4, row * SIDE + SIDE // 2 - 6), term or "(off)", fill="black")
    return found


def main() -> None:
    """Write the picture."""
    config = tyro.cli(SheetConfig)
    config.out.parent.mkdir(parents=True, exist_ok=True)
    sheet().quantize(COLORS).save(config.out, optimize=True)


if __name__ == "__main__":
    main()

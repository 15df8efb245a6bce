"""Draw the textures that come with vlsim; run by hand when they shall look different.

    python -m vlsim.scripts.make_textures

They are grey, so that a colour can be given to them, and repeat without a seam.
"""

import numpy as np
from PIL import Image

from vlsim.scene.textures import FOLDER, TEXTURES
from vlsim.seeding import stream
from vlsim.world import Array

SIDE = 128
"""Pixels."""
DARKEST = 0.55
"""Of the brightest grey: a texture must not hide the colour that it is given."""


def waves(name: str, count: int, highest: int) -> Array:
    """Return a smooth periodic pattern of that many waves. Shape (SIDE, SIDE), in [0, 1]."""
    rng = stream(0, "texture", name)
    y, x = np.indices((SIDE, SIDE)) / SIDE * 2 * np.pi
    total = np.zeros((SIDE, SIDE))
    for _ in range(count):
        kx, ky = rng.integers(-highest, highest + 1, 2)
        total += np.sin(kx * x + ky * y + rng.uniform(0, 2 * np.pi)) / (1 + np.hypot(kx, ky))
    return np.asarray((total - total.min()) / np.ptp(total))


def pattern(name: str) -> Array:
    """Return the pattern of that name. Shape (SIDE, SIDE), in [0, 1]."""
    y, x = np.indices((SIDE, SIDE)) / SIDE
    if name == "checker":
        return np.asarray(((8 * x).astype(int) + (8 * y).astype(int)) % 2, float)
    if name == "stripes":
        return np.asarray((10 * x).astype(int) % 2, float)
    if name == "speckle":
        # Few greys, because noise does not compress.
        return stream(0, "texture", name).integers(0, 5, (SIDE, SIDE)) / 4
    if name == "marble":
        return np.asarray(0.5 + 0.5 * np.sin(2 * np.pi * (2 * x + 1.2 * waves(name, 40, 6))))
    if name == "wood":
        grain = 0.5 + 0.5 * np.sin(2 * np.pi * (6 * y + 1.5 * waves(name, 20, 2)))
        return np.asarray(0.7 * grain + 0.3 * waves("fine wood", 60, 30))
    return np.ones((SIDE, SIDE))


def texture(name: str) -> Image.Image:
    """Return the texture of that name."""
    grey = 255 * (DARKEST + (1 - DARKEST) * pattern(name))
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def main() -> None:
    """Write every texture into the folder of assets."""
    FOLDER.mkdir(exist_ok=True)
    for name in TEXTURES:
        texture(name).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

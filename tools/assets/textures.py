"""Draw the textures that come with vlsim; run by hand when they shall look different.

    python -m tools.assets.textures

They are grey, so that a colour can be given to them. Those that cover the table repeat without a
seam; those of materials lie once on each side of a thing.
"""

import numpy as np
from PIL import Image

from vlsim.scene import materials
from vlsim.scene.textures import FOLDER, TEXTURES
from vlsim.seeding import stream
from vlsim.world import Array

SIDE = 128
"""Pixels."""
MATERIAL_SIDE = 32
"""The same of a material's: things are small."""
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


def material_texture(name: str) -> Image.Image:
    """Return what multiplies the colour of a thing of this material."""
    grey = 255 * material_pattern(name)
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def material_pattern(name: str) -> Array:
    """Return how bright each point of a side is. Shape (MATERIAL_SIDE, MATERIAL_SIDE)."""
    y, x = (np.indices((MATERIAL_SIDE, MATERIAL_SIDE)) + 0.5) / MATERIAL_SIDE
    if name == "striped":
        return np.where(np.abs(np.abs(x - 0.5) - 0.22) < 0.10, 0.12, 1.0)
    if name == "metal":
        # A dark and a bright band across each side, as polished things mirror what is around.
        places, shades = (0.0, 0.25, 0.42, 0.58, 0.8, 1.0), (0.55, 0.4, 1.0, 1.0, 0.3, 0.5)
        return np.asarray(np.interp((x + y) / 2, places, shades))
    rings = np.sin(2 * np.pi * (3.0 * y + 0.35 * np.sin(2 * np.pi * x)))
    return np.where(rings > 0.3, 0.62, 1.0)


def main() -> None:
    """Write every texture into the folders of assets."""
    FOLDER.mkdir(exist_ok=True)
    for name in TEXTURES:
        texture(name).save(FOLDER / f"{name}.png", optimize=True)
    materials.FOLDER.mkdir(exist_ok=True)
    for name in materials.LOOKS:
        material_texture(name).save(materials.FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

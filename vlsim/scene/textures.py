"""Textures: pictures that come with vlsim or lie in a file, checked before PyBullet sees them."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pybullet as p
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from vlsim.errors import InvalidValueError

FOLDER = Path(__file__).parent / "assets" / "textures"
TEXTURES = ("plain", "checker", "marble", "speckle", "stripes", "wood")
"""Names of those that come with vlsim (`tools/assets/textures.py`): grey, so that a colour can be
given to them, and without a seam."""
FORMATS = ("PNG", "JPEG", "BMP")
LARGEST = 2048
"""Pixels of a side."""


@lru_cache(maxsize=128)
def texture_file(texture: object) -> Path:
    """Return the file of a texture, given by name or path.

    PyBullet draws on without a word, or with one on the C level, when a file is not a picture.

    Raises:
        InvalidValueError: If the file does not exist or is not a picture.
    """
    if not isinstance(texture, str):
        raise InvalidValueError(f"A texture is a name or a path, got {texture!r}.")
    if texture in TEXTURES:
        return FOLDER / f"{texture}.png"
    path = Path(texture)
    if not path.is_file():
        raise InvalidValueError(
            f"No texture '{texture}'. Known: {', '.join(TEXTURES)}, or the path of a picture."
        )
    try:
        with Image.open(path) as picture:
            kind, largest = picture.format, max(picture.size)
            if kind in FORMATS and largest <= LARGEST:
                picture.load()
                return path
    # Pillow raises SyntaxError where a PNG is broken.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidValueError(f"The texture file {path} is not a picture.") from error
    raise InvalidValueError(
        f"The texture file {path} must be PNG, JPEG or BMP with at most {LARGEST} pixels a side, "
        f"got {kind} with {largest}."
    )


@lru_cache(maxsize=32)
def read_texture(path: Path) -> NDArray[np.uint8]:
    """Return the pixels of a texture. Shape (H, W, 3), uint8."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


class LoadedTextures:
    """The textures of one PyBullet client: only a reset frees them, so each is loaded once."""

    def __init__(self, client: int) -> None:
        """Begin with none, as a client does, and after each reset."""
        self._client = client
        self._numbers: dict[Path, int] = {}

    def number(self, path: Path) -> int:
        """Return PyBullet's number of the texture in a file."""
        if path not in self._numbers:
            self._numbers[path] = int(p.loadTexture(str(path), physicsClientId=self._client))
        return self._numbers[path]

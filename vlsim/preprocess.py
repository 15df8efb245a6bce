"""Pictures from files and cameras, brought to the size that a policy reads."""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vlsim.errors import InvalidValueError

PictureSource: TypeAlias = str | Path | NDArray[Any]
"""A file, or pixels (H, W, 3) uint8."""
SIZE_RULE = "middle square, each pixel the mean of the area that it covers"
"""How `fit_picture` makes a picture smaller, as bundles say it."""


def read_picture(source: PictureSource) -> NDArray[np.uint8]:
    """Return the pixels of a picture, RGB. Shape (H, W, 3).

    Args:
        source: A file, or pixels that are only checked.

    Raises:
        InvalidValueError: If the file is no picture, or the pixels have another form.
    """
    if isinstance(source, str | Path):
        try:
            with Image.open(source) as image:
                return np.array(image.convert("RGB"))
        except FileNotFoundError:
            raise InvalidValueError(f"There is no file {source}.") from None
        # Pillow raises an error of its own kind for a picture so large that it may be an attack.
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            reason = " ".join(str(error).split())
            raise InvalidValueError(f"{source} is no picture that can be read: {reason}.") from None
    pixels = np.asarray(source)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise InvalidValueError(
            f"A picture must be uint8 (H, W, 3), RGB, got {pixels.dtype} {pixels.shape}; convert "
            "it, such as numbers from 0 to 1 with (255 * picture).round().astype('uint8')."
        )
    return pixels


def fit_picture(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return the middle square of a picture (H, W, 3) at another size. Shape (side, side, 3).

    A picture that has the size already stays as it is, bit for bit. The rule is `SIZE_RULE`, for
    training, evaluation and real cameras alike; a picture that is too small is enlarged.

    >>> fit_picture(np.full((2, 4, 3), 7, np.uint8), 1).tolist()
    [[[7, 7, 7]]]

    Raises:
        InvalidValueError: If it is no picture.
    """
    picture = read_picture(picture)
    height, width = picture.shape[:2]
    square = min(height, width)
    top, left = (height - square) // 2, (width - square) // 2
    middle = picture[top : top + square, left : left + square]
    if square == side:
        return middle
    resized = Image.fromarray(middle).resize((side, side), Image.Resampling.BOX)
    return np.array(resized)

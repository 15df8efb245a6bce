"""Pictures from files."""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vlsim.errors import InvalidValueError
from vlsim.interface.preprocess import check_picture

PictureSource: TypeAlias = str | Path | NDArray[Any]
"""A file, or pixels (H, W, 3) uint8."""


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
    return check_picture(source)

"""Pictures from files, brought into one form by one rule."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vlsim.errors import InvalidValueError

LARGEST_SIDE = 4096
"""Pixels; what is larger is refused before it is decoded."""
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")
"""Pillow's names of the kinds of pixels that are converted: eight bits or fewer a channel."""


def read_picture_file(path: Path) -> NDArray[np.uint8]:
    """Return the pixels of a PNG or JPEG file as RGB. Shape (H, W, 3).

    Grey is repeated in all three channels; what is transparent lies on white.

    Raises:
        InvalidValueError: If the file is missing, no picture, larger than 4096 pixels, or has
            another kind of pixels, such as 16 bits.
    """
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            if max(image.size) > LARGEST_SIDE:
                raise InvalidValueError(
                    f"{path} has {image.width} x {image.height} pixels, allowed are "
                    f"{LARGEST_SIDE} a side; make it smaller."
                )
            if image.mode not in MODES:
                raise InvalidValueError(
                    f"{path} has pixels of the kind '{image.mode}', allowed are "
                    f"{', '.join(MODES)}; save it as 8-bit RGB."
                )
            colored = image.convert("RGBA")
            white = Image.new("RGBA", image.size, "white")
            return np.array(Image.alpha_composite(white, colored).convert("RGB"))
    except FileNotFoundError:
        raise InvalidValueError(f"There is no file {path}.") from None
    # Pillow raises an error of its own kind for a picture so large that it may be an attack.
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, InvalidValueError):
            raise
        reason = " ".join(str(error).split())
        raise InvalidValueError(f"{path} is no PNG or JPEG that can be read: {reason}.") from None

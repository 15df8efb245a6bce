"""The size rule: a picture of any size, brought to the size that a policy reads."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError

SIZE_RULE = "middle square, each pixel the mean of the area that it covers"
"""What `fit_picture` does, as bundles say it."""


def fit_picture(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return the middle square of a picture (H, W, 3) at another size. Shape (side, side, 3).

    A picture that has the size already stays as it is, bit for bit. The rule is `SIZE_RULE`, for
    training, evaluation and real cameras alike; a picture that is too small is enlarged.

    >>> fit_picture(np.full((2, 4, 3), 7, np.uint8), 1).tolist()
    [[[7, 7, 7]]]

    Raises:
        InvalidValueError: If it is no picture.
    """
    height, width = check_picture(picture).shape[:2]
    square = min(height, width)
    top, left = (height - square) // 2, (width - square) // 2
    middle = picture[top : top + square, left : left + square]
    if square == side:
        return middle
    share = _shares(square, side)
    rows = np.tensordot(share, middle.astype(np.float64), axes=(1, 0))
    mean = np.tensordot(rows, share, axes=(1, 1)).transpose(0, 2, 1)
    # Halves go up, the same everywhere.
    return np.floor(mean + 0.5).astype(np.uint8)


@lru_cache(maxsize=16)
def _shares(before: int, after: int) -> NDArray[np.float64]:
    """Return which share of the mean of each new pixel each old one has. Shape (after, before)."""
    edges = np.arange(after + 1) * before / after
    old = np.arange(before)
    low = np.maximum(edges[:-1, None], old)
    high = np.minimum(edges[1:, None], old + 1)
    shares: NDArray[np.float64] = np.clip(high - low, 0.0, None) * after / before
    return shares


def check_picture(picture: object) -> NDArray[np.uint8]:
    """Return pixels (H, W, 3) uint8 as they are, else say what is wrong with them.

    Raises:
        InvalidValueError: If they have another shape or type.
    """
    if isinstance(picture, list | tuple):
        raise InvalidValueError(
            f"A picture must be uint8 (H, W, 3), RGB, got a {type(picture).__name__}; "
            "give each picture as its own argument."
        )
    pixels = np.asarray(picture)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise InvalidValueError(
            f"A picture must be uint8 (H, W, 3), RGB, got {pixels.dtype} {pixels.shape}; "
            f"{_remedy(pixels)}."
        )
    return pixels


def _remedy(pixels: NDArray[Any]) -> str:
    """Return how what is no picture becomes one."""
    if pixels.dtype.kind not in "biuf":
        return "give the name of a file, or an array"
    if pixels.ndim == 4:
        return "give each picture as its own argument"
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return "leave out its fourth channel with picture[..., :3]"
    if pixels.dtype.kind == "f":
        return "convert numbers from 0 to 1 with (255 * picture).round().astype('uint8')"
    return "convert it"

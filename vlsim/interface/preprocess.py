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
    # Whole numbers throughout: a sum of float64 depends on the order that a library sums in.
    total_type = np.dtype(np.int32 if 256 * square**2 < 2**31 else np.int64)
    rows = _summed(middle, side, total_type)
    total = _summed(rows.transpose(1, 0, 2), side, total_type).transpose(1, 0, 2)
    # Halves go up, the same everywhere.
    fitted: NDArray[np.uint8] = ((total + square**2 // 2) // square**2).astype(np.uint8)
    return fitted


def _summed(pixels: NDArray[Any], after: int, total_type: np.dtype[Any]) -> NDArray[Any]:
    """Return sums of pixels (N, M, 3) over `after` parts of the first axis, each of weight N."""
    before, m = pixels.shape[:2]
    flat = np.ascontiguousarray(pixels).reshape(before, m * 3)
    total = np.zeros((after, m * 3), total_type)
    for rows, weights in zip(*_overlaps(before, after), strict=True):
        total += flat[rows] * weights[:, None].astype(total_type)
    return total.reshape(after, m, 3)


@lru_cache(maxsize=16)
def _overlaps(before: int, after: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the old pixels under each new one, and how much of each counts. Shape (K, after).

    A whole one counts `after`. Where a new one covers fewer than K, the weight of the rest is 0.
    """
    new = np.arange(after)
    old = new * before // after + np.arange(-(-before // after) + 1)[:, None]
    low = np.maximum(new * before, old * after)
    high = np.minimum((new + 1) * before, (old + 1) * after)
    weights = np.clip(high - low, 0, None)
    return np.minimum(old, before - 1), weights


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

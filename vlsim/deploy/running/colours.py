"""Whether a robot's pictures have their colours in order: BGR makes a warm table a cold one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError

WARMEST, COLDEST = 70, 6
"""Red less blue, mean over a picture of the front camera in 208 episodes of all tasks, of 255."""
TOO_COLD = -10
"""Colder pictures than this are refused; reversed, those of training have -6 to -70."""
ANY_BACKGROUND = "background"
"""The term of the randomisation under which a table may have any colour."""


def warmth(picture: NDArray[np.uint8]) -> float:
    """Return red less blue of a picture (H, W, 3), mean over it, of 255."""
    red, _, blue = picture.reshape(-1, 3).mean(axis=0).tolist()
    return float(red - blue)


def check_colours(picture: NDArray[np.uint8], randomization: Mapping[str, Any]) -> bool:
    """Refuse a picture of the front camera whose red and blue look exchanged.

    Args:
        picture: Shape (H, W, 3), uint8.
        randomization: What a policy was trained with, by term.

    Returns:
        Whether that could be told: not if the table had any colour in training.

    Raises:
        InvalidValueError: If the picture is colder than any in training.
    """
    if ANY_BACKGROUND in randomization:
        return False
    if (seen := warmth(picture)) < TOO_COLD:
        raise InvalidValueError(
            f"The robot's pictures are bluer than any in training: red less blue is {seen:.0f} of "
            f"255, in the simulation {COLDEST} to {WARMEST}. If they are BGR, reverse them in the "
            "driver with picture[..., ::-1]; if their colours are right, add --trust-colours."
        )
    return True

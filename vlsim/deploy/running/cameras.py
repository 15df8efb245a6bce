"""Whether the cameras still look: a camera that hangs sends the same picture again and again."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


class CameraWatch:
    """Notices pictures that stay the same; no real camera sends one twice, because of its noise.

    Args:
        seconds: How long a camera may send the same picture: slow ones do so for a while.
    """

    def __init__(self, seconds: float) -> None:
        """Wait for the first pictures."""
        self._seconds = seconds
        self._last: dict[str, tuple[float, NDArray[np.uint8]]] = {}

    def frozen(self, now: float, pictures: Mapping[str, NDArray[np.uint8]]) -> str:
        """Return the name of a camera that is frozen, or ""."""
        for name, picture in pictures.items():
            since, before = self._last.get(name, (now, None))
            if before is None or not np.array_equal(picture, before):
                # A copy: drivers may fill the same array again.
                self._last[name] = now, picture.copy()
            elif now - since >= self._seconds:
                return name
        return ""

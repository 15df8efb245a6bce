"""Time, from outside: the machine's clock for a real arm, one that is set by hand for tests."""

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only go on; what they are counted from means nothing."""

    def now(self) -> float:
        """Return the time."""

    def sleep_until(self, moment: float) -> None:
        """Come back at a moment; at once if it is over."""


class MonotonicClock:
    """The clock of the machine, which nobody sets."""

    def now(self) -> float:
        """Return the time."""
        return time.monotonic()

    def sleep_until(self, moment: float) -> None:
        """Wait."""
        if (left := moment - time.monotonic()) > 0.0:
            time.sleep(left)


class SteppedClock:
    """A clock that stands until somebody waits: runs are equal, and as fast as the machine can.

    >>> clock = SteppedClock()
    >>> clock.sleep_until(2.5)
    >>> clock.now()
    2.5
    """

    def __init__(self) -> None:
        """Begin at 0."""
        self._now = 0.0

    def now(self) -> float:
        """Return the time."""
        return self._now

    def sleep_until(self, moment: float) -> None:
        """Let time pass at once."""
        self._now = max(self._now, moment)

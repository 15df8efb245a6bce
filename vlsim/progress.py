"""How far a long command is: a bar on a terminal, a line every half minute in a log file."""

import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType

from tqdm import tqdm

SECONDS_PER_LINE = 30.0
"""Longest silence where stderr is no terminal (a log file, CI, Slurm)."""


class Progress:
    """Shows on stderr how much of some work is done, while its `with` block runs.

    Where stderr is no terminal, a line is written after the first piece of work, every
    `SECONDS_PER_LINE`, and at the end. A thread writes them, so that one long step does not look
    like a hang.

    Args:
        name: What is done: "PPO".
        total: How much there is to do.
        unit: What is counted, in the plural: "frames".
        initial: How much was done before, by a run that was interrupted.
        show: False shows nothing at all.
    """

    def __init__(
        self, name: str, total: int, unit: str, *, initial: int = 0, show: bool = True
    ) -> None:
        """See the class."""
        self.name, self.total, self.unit = name, total, unit
        self._initial = self._done = self._written = initial
        self._notes: dict[str, str] = {}
        self._began = time.monotonic()
        self._closed = threading.Event()
        self._bar: tqdm | None = None
        self._thread: threading.Thread | None = None
        if show and sys.stderr.isatty():
            self._bar = tqdm(total=total, initial=initial, desc=name, unit=f" {unit}")
        elif show:
            self._thread = threading.Thread(target=self._write_now_and_then, daemon=True)
            self._thread.start()

    def advance(self, count: int = 1, notes: Mapping[str, str] | None = None) -> None:
        """Count what is done; `notes`, if there are any, are shown from now on."""
        is_first = count > 0 and self._done == self._initial
        self._done += count
        self._notes = dict(notes or self._notes)
        if self._bar is not None:
            self._bar.update(count)
            self._bar.set_postfix(self._notes, refresh=False)
        elif self._thread is not None and is_first:
            self._write()

    def print(self, line: str) -> None:
        """Print a line of results on stdout, above the bar if there is one."""
        if self._bar is not None:
            self._bar.clear()
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        if self._bar is not None:
            self._bar.refresh()

    def close(self) -> None:
        """Show where the work ended; closing twice is fine."""
        if self._bar is not None:
            self._bar.close()
        if self._thread is not None and not self._closed.is_set():
            self._closed.set()
            self._thread.join()
            if self._done != self._written:
                self._write()

    def __enter__(self) -> "Progress":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _write_now_and_then(self) -> None:
        while not self._closed.wait(SECONDS_PER_LINE):
            self._write()

    def _write(self) -> None:
        self._written, seconds = self._done, time.monotonic() - self._began
        notes = ", ".join(f"{name} {value}" for name, value in self._notes.items())
        line = describe(self.name, self._written, self.total, self.unit, self._initial, seconds)
        sys.stderr.write(f"{line}{', ' if notes else ''}{notes}\n")
        sys.stderr.flush()


def describe(name: str, done: int, total: int, unit: str, initial: int, seconds: float) -> str:
    """Return in one line how far the work is.

    >>> describe("PPO", 4096, 8192, "frames", 2048, 20.0)
    'PPO: 4,096 of 8,192 frames, 102/s, 00:40 left'
    >>> describe("PPO", 8192, 8192, "frames", 0, 80.0)
    'PPO: 8,192 of 8,192 frames, 102/s, took 01:20'
    >>> describe("PPO", 2048, 8192, "frames", 2048, 0.0)
    'PPO: 2,048 of 8,192 frames'
    """
    line = f"{name}: {done:,} of {total:,} {unit}"
    if done == initial or seconds <= 0:
        return line
    rate = (done - initial) / seconds
    digits = 0 if rate >= 10 else 2
    left = tqdm.format_interval((total - done) / rate)
    when = f"{left} left" if done < total else f"took {tqdm.format_interval(seconds)}"
    return f"{line}, {rate:.{digits}f}/s, {when}"

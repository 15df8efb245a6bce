"""Lines of JSON, written by a thread: a control loop cannot wait for a disk."""

import json
import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


class Lines:
    """Writes records into a file, one a line, while its `with` block runs.

    Each is flushed when it is written, so that a crash loses only what still waits.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        """Wait for the block."""
        self._path = path
        self._waiting: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="lines", daemon=True)
        self._error: OSError | None = None

    def __enter__(self) -> "Lines":
        """Begin to write."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits.

        Raises:
            OSError: What the disk said.
        """
        self._waiting.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def add(self, record: Mapping[str, Any]) -> None:
        """Write a record, later."""
        self._waiting.put(record)

    def _write(self) -> None:
        try:
            with self._path.open("w", encoding="utf-8") as file:
                while (record := self._waiting.get()) is not None:
                    file.write(json.dumps(_plain(record)) + "\n")
                    file.flush()
        except OSError as error:
            self._error = error


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return what JSON can say: a number that is not finite is a string."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    is_odd = isinstance(value, float) and not np.isfinite(value)
    return str(value) if is_odd else value

"""Films of what the cameras see, written by a thread: a control loop cannot wait for an encoder."""

import queue
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vlsim.errors import InvalidValueError
from vlsim.video.frames import VideoWriter

MOST_WAITING = 256
"""Frames that wait for the encoder; more are left out, and counted."""

Pictures = Mapping[str, NDArray[np.uint8]]


class Films:
    """One mp4 for each camera while its `with` block runs.

    Args:
        folder: Where they are written, each under the camera's name.
        hz: Frames a second.
    """

    def __init__(self, folder: Path, hz: float) -> None:
        """Wait for the block.

        Raises:
            InvalidValueError: If there is no encoder.
        """
        try:
            import imageio_ffmpeg  # noqa: F401 (the encoder, which writers import late)
        except ImportError:
            raise InvalidValueError(
                "Films need the package 'imageio-ffmpeg': pip install imageio[ffmpeg], or use "
                "--no-films."
            ) from None
        self._folder, self._hz = folder, hz
        self._waiting: queue.Queue[Pictures | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._write, name="films", daemon=True)
        self._error: Exception | None = None
        self.n_left_out = 0
        """Frames that the encoder had no time for."""

    def __enter__(self) -> "Films":
        """Begin to write."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and close the films.

        Raises:
            Exception: What the encoder raised.
        """
        self._waiting.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def begin(self, pictures: Pictures) -> None:
        """Write a first frame and wait for it: to start an encoder takes longer than a period."""
        self.add(pictures)
        self._waiting.join()

    def add(self, pictures: Pictures) -> None:
        """Add a frame to each film, later."""
        try:
            # Copies: drivers may fill the same arrays again.
            self._waiting.put_nowait({name: p.copy() for name, p in pictures.items()})
        except queue.Full:
            self.n_left_out += 1

    def _write(self) -> None:
        writers: dict[str, VideoWriter] = {}
        try:
            with ExitStack() as stack:
                while (pictures := self._waiting.get()) is not None:
                    for name, picture in pictures.items():
                        if name not in writers:
                            writer = VideoWriter(self._folder / f"{name}.mp4", self._hz)
                            writers[name] = stack.enter_context(writer)
                        writers[name].add(picture)
                    self._waiting.task_done()
        except Exception as error:
            self._error = error
            # Whoever waits for a frame or for the end must not do so for ever.
            self._waiting.task_done()
            while self._waiting.get() is not None:
                self._waiting.task_done()
                self.n_left_out += 1

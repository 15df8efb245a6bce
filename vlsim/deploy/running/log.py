"""The log of a run: what it was, every period as a line of JSON, and what the cameras saw."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.deploy.running.films import Films
from vlsim.deploy.running.lines import Lines
from vlsim.deploy.running.loop import Ending
from vlsim.errors import InvalidValueError
from vlsim.files import Json, make_folder, read_json, read_json_lines, write_json

FORMAT, SCHEMA_VERSION = "vlsim-robot-run", 1
RUN, STEPS, ENDING = "run.json", "steps.jsonl", "ending.json"


class RunLog:
    """Writes a run into a folder of its own while its `with` block runs.

    What it is stands there before the first period; each period is written as soon as it is over,
    by a thread, so that no disk holds the arm up.

    Args:
        folder: Where; it must not hold a run.
        about: What is run, as JSON.
        hz: Periods a second, which the films have, too.
        films: Whether the pictures are kept.

    Raises:
        InvalidValueError: If the folder holds a run.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], hz: float, *, films: bool) -> None:
        """Write what it is."""
        self.folder = make_folder(folder)
        if (folder / RUN).exists():
            raise InvalidValueError(f"{folder} holds a run; choose another folder.")
        head = {"format": FORMAT, "schema_version": SCHEMA_VERSION, "hz": hz, **about}
        write_json(folder / RUN, head)
        self._films = Films(folder, hz) if films else None
        self._stack = ExitStack()
        self._lines = Lines(folder / STEPS)

    def __enter__(self) -> "RunLog":
        """Begin to write."""
        self._stack.enter_context(self._lines)
        if self._films is not None:
            self._stack.enter_context(self._films)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close everything; films are whole even after an error, which is the ending then."""
        self._stack.close()
        if error is not None:
            write_json(self.folder / ENDING, {"reason": f"{type(error).__name__}: {error}"})

    def begin(self, pictures: Mapping[str, NDArray[np.uint8]]) -> None:
        """Begin the films with what is seen before the first period."""
        if self._films is not None:
            self._films.begin(pictures)

    def add(self, record: Mapping[str, Any], pictures: Mapping[str, NDArray[np.uint8]]) -> None:
        """Write a period and what was seen in it."""
        self._lines.add(record)
        if self._films is not None:
            self._films.add(pictures)

    def end(self, ending: Ending) -> None:
        """Write how it ended."""
        left_out = self._films.n_left_out if self._films else 0
        about = {**asdict(ending), "seconds": times(ending), "frames_left_out": left_out}
        write_json(self.folder / ENDING, about)


def times(ending: Ending) -> dict[str, dict[str, float]]:
    """Return the median and the 99th percentile of what each part of a period took, in ms."""
    return {
        name: {
            "p50_ms": 1e3 * float(np.percentile(seconds, 50)),
            "p99_ms": 1e3 * float(np.percentile(seconds, 99)),
            "max_ms": 1e3 * max(seconds),
        }
        for name, seconds in ending.seconds.items()
        if seconds
    }


def read_run(folder: Path) -> Json:
    """Return what a logged run was.

    Raises:
        InvalidValueError: If the folder holds none, or of another version.
    """
    about = read_json(folder / RUN)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InvalidValueError(f"{folder / RUN} is not the log of a robot's run.")
    if about.get("schema_version") != SCHEMA_VERSION:
        raise InvalidValueError(
            f"{folder / RUN} has schema version {about.get('schema_version')!r:.20}, this vlsim "
            f"reads {SCHEMA_VERSION}."
        )
    return about


def read_steps(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the periods of a logged run; what a crash cut off is left out."""
    for _, record in read_json_lines(folder / STEPS, drop_torn=True):
        yield record

"""What happened in an episode; finished ones are records, lines of `episodes.jsonl`.

The file says `return`, Python says `return_`, since `return` is a keyword.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vlsim.files import append_json_lines, read_json_lines, write_json_lines
from vlsim.reader import read_as


@dataclass(frozen=True, eq=False)
class EpisodeSoFar:
    """An episode that is under way: what it takes to play it again, exactly, up to this moment."""

    seed: int
    """What the environment was reset with, and nothing else."""
    actions: NDArray[np.float32]
    """What was done since. Shape (T, A)."""


@dataclass(frozen=True)
class Step:
    """One step of an episode."""

    number: int
    """1 for the first step after the reset."""
    action: tuple[float, ...]
    """What the policy asked for, each entry in [-1, 1] unless the environment clipped it."""
    reward: float
    reward_terms: dict[str, float]
    """Named parts of the reward."""
    is_success: bool
    """Whether the goal holds after this step."""
    state_hash: str
    """Digest of the scene after this step."""

    def to_json(self) -> dict[str, Any]:
        """Return the step as one JSON object."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class Episode:
    """One measured episode."""

    policy: str
    task: str
    control: str
    set: str
    """Instruction set."""
    seed: int
    """What the environment was reset with."""
    instruction: str
    """The words that the policy was given."""
    goal: dict[str, Any]
    """The goal's JSON form."""
    success_once: bool
    """Whether the goal held after at least one step."""
    success_at_end: bool
    """Whether the goal held after the last step."""
    steps: int
    return_: float
    """Sum of the rewards, not discounted."""
    referent: int
    """Index of the object that the instruction names as its target."""
    attempted: int | None
    """Index of the object that the policy acted on, None if it acted on none."""
    failure: str
    """Why it failed, such as "wrong object: …" (`vlsim.goals.failure`); "" if it did not."""
    state_hash: str
    """Digest of the last scene: equal digests mean equal episodes."""
    error: str = ""
    """Why it could not be carried on, such as a server that gave no reply: such an episode is
    neither a success nor a failure, and no metric is of it."""

    def to_json(self) -> dict[str, Any]:
        """Return the episode as one JSON object."""
        return {f.name.rstrip("_"): getattr(self, f.name) for f in fields(self)}

    @staticmethod
    def from_json(data: dict[str, Any], where: str = "Episode") -> "Episode":
        """Build an episode from `to_json`'s form.

        Args:
            data: The JSON object.
            where: Words that name its place, for errors.

        Raises:
            InvalidValueError: If a field is missing, unknown, or of the wrong type.
        """
        return read_as(Episode, data, where)


def write_episodes(path: Path | str, episodes: Iterable[Episode]) -> None:
    """Write all episodes, one line each, atomically."""
    write_json_lines(path, (episode.to_json() for episode in episodes))


def append_episodes(path: Path | str, episodes: Iterable[Episode]) -> None:
    """Add episodes at the end of the file and flush them to the disk."""
    append_json_lines(path, (episode.to_json() for episode in episodes))


def read_episodes(path: Path | str, *, drop_torn: bool = False) -> list[Episode]:
    """Read the episodes of a file.

    Args:
        path: A file that `write_episodes` or `append_episodes` made.
        drop_torn: Skip a last line that was cut off by a kill, instead of refusing it.

    Raises:
        InvalidValueError: If a line is no episode; names the line and the field.
    """
    lines = read_json_lines(path, drop_torn=drop_torn)
    return [Episode.from_json(record, where) for where, record in lines]

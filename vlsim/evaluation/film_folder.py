"""The folder of `vlsim record`: films of episodes under the same conditions, one line for each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.files import Json, make_folder, read_json, write_json
from vlsim.reader import read_as
from vlsim.records import Episode, read_episodes, write_episodes

EpisodeKey = tuple[str, str, int, str]
"""(policy, set, seed, instruction): what makes two films in one folder films of two episodes."""


class FilmFolder:
    """Holds `films.json`, `episodes.jsonl` and the films; more films can be added at any time.

    Args:
        path: The folder.
        conditions: What all of its episodes have in common.
    """

    def __init__(self, path: Path | str, conditions: Mapping[str, Json]) -> None:
        """See the class. Nothing is read or written yet."""
        self.path = Path(path)
        self.conditions = dict(conditions)
        self.config = self.path / "films.json"
        self.episodes = self.path / "episodes.jsonl"

    def claim(self) -> None:
        """Make the folder, or check that films of these conditions can be added to it.

        Raises:
            InvalidValueError: If it holds something else, or films under other conditions; names
                the first.
        """
        make_folder(self.path)
        if not self.config.exists():
            if self.episodes.exists():
                raise InvalidValueError(
                    f"{self.path} holds {self.episodes.name} of something else than films; choose "
                    "another --out."
                )
            return
        old = read_as(dict[str, Any], read_json(self.config), str(self.config))
        for name, value in self.conditions.items():
            if old.get(name) != value:
                raise InvalidValueError(
                    f"{self.path} holds films in which {name} is {old.get(name)!r}, not {value!r}; "
                    "choose another --out."
                )

    def add(self, episode: Episode) -> None:
        """Write the line of a film that is there, in place of an older one of the same episode."""
        write_json(self.config, self.conditions)
        before = read_episodes(self.episodes) if self.episodes.exists() else []
        lines = {_key(line): line for line in (*before, episode)}
        write_episodes(self.episodes, lines.values())


def _key(episode: Episode) -> EpisodeKey:
    return episode.policy, episode.set, episode.seed, episode.instruction

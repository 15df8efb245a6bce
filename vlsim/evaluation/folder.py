"""The folder of a benchmark: what was measured so far, and whether it may be gone on with."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vlsim.episode import Episode, append_episodes, read_episodes, write_episodes
from vlsim.errors import InvalidValueError
from vlsim.evaluation.plan import Entrant, Key, Plan
from vlsim.files import Json, make_folder, read_json, write_json

SCHEMA_VERSION = 1
DECISIVE_PACKAGES = ("vlsim", "numpy", "pybullet", "torch")
"""Episodes made with different versions of these are not put into one table."""


class BenchmarkFolder:
    """Holds `benchmark.json`, `episodes.jsonl`, `results.json`, `report.html` and `videos/`."""

    def __init__(self, path: Path | str) -> None:
        """Name the files; nothing is read or written yet."""
        self.path = Path(path)
        self.config = self.path / "benchmark.json"
        self.episodes = self.path / "episodes.jsonl"
        self.results = self.path / "results.json"
        self.report = self.path / "report.html"
        self.videos = self.path / "videos"

    def claim(
        self, entrants: Sequence[Entrant], plan: Plan, provenance: Mapping[str, Any]
    ) -> list[str]:
        """Begin a benchmark here, or go on with one that asks for the same.

        More episodes, more sets and more policies may be asked for than before.

        Returns:
            The revisions of vlsim that had a part in it.

        Raises:
            InvalidValueError: If what is here was made under other conditions, names the first; or
                if this is no folder that can be written into.
        """
        make_folder(self.path)
        versions = provenance["packages"]
        asked: dict[str, Json] = {
            "schema_version": SCHEMA_VERSION,
            **plan.setting,
            "seed": plan.seed,
            "environment": plan.environment,
            "renderer": provenance["renderer"],
            **{name: versions.get(name) for name in DECISIVE_PACKAGES},
        }
        policies = {entrant.name: entrant.fingerprint for entrant in entrants}
        files = dict(plan.files)
        revisions = [str(provenance["revision"])]
        if self.config.exists():
            old = read_json(self.config)
            self._compare(old.get("conditions", {}), asked, "{}")
            self._compare(old.get("policies", {}), policies, "the fingerprint of the policy '{}'")
            self._compare(old.get("files", {}), files, "the fingerprint of the set '{}'")
            policies, files = old["policies"] | policies, old.get("files", {}) | files
            revisions = list(dict.fromkeys([*old["revisions"], *revisions]))
        elif self.episodes.exists():
            raise InvalidValueError(
                f"{self.path} has {self.episodes.name} but no {self.config.name} that says what "
                "they are; choose another --out."
            )
        config = {"conditions": asked, "policies": policies, "revisions": revisions}
        write_json(self.config, config | ({"files": files} if files else {}))
        return revisions

    def read(self) -> dict[Key, Episode]:
        """Return the episodes so far; a line that was cut off by a kill does not count."""
        if not self.episodes.exists():
            return {}
        return by_key(read_episodes(self.episodes, drop_torn=True))

    def append(self, episodes: Sequence[Episode]) -> None:
        """Add episodes; they are on the disk when this returns."""
        append_episodes(self.episodes, episodes)

    def sort(self, order: Iterable[Key]) -> None:
        """Put the episodes in order, so that the file does not tell how many workers wrote it."""
        found = self.read()
        first = {key: found[key] for key in order if key in found}
        write_episodes(self.episodes, (first | found).values())

    def _compare(self, old: Mapping[str, Json], new: Mapping[str, Json], what: str) -> None:
        for name in old.keys() & new.keys():
            if old[name] != new[name]:
                raise InvalidValueError(
                    f"{self.path} holds a benchmark in which {what.format(name)} is {old[name]!r}, "
                    f"not {new[name]!r}; choose another --out."
                )


def by_key(episodes: Iterable[Episode]) -> dict[Key, Episode]:
    """Index episodes by policy, set and seed."""
    return {(e.policy, e.set, e.seed): e for e in episodes}

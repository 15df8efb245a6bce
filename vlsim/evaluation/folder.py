"""The folder of a benchmark: what was measured so far, and whether it may be gone on with."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from vlsim.errors import InvalidValueError
from vlsim.evaluation.plan import Entrant, Key, Plan, controls_last
from vlsim.evaluation.rollout import benchmark_seeds
from vlsim.files import Json, make_folder, read_json, write_json
from vlsim.instruction_sets.role import Role
from vlsim.reader import read_as
from vlsim.records import Episode, append_episodes, read_episodes, write_episodes

SCHEMA_VERSION = 2
"""2: each score has a `role` where 1 had `is_control`, and a folder remembers all its commands."""
DECISIVE_PACKAGES = ("vlsim", "numpy", "pybullet", "torch")
"""Episodes made with different versions of these are not put into one table."""


class Contents(NamedTuple):
    """What a folder holds, or will when the benchmark is done, from all commands so far."""

    policies: dict[str, str]
    """The fingerprint of each."""
    bounds: tuple[str, ...]
    sets: tuple[str, ...]
    controls: dict[str, Role]
    seeds: list[int]
    """Of the command that asked for the most episodes; that of any other is a beginning of it."""
    revisions: list[str]
    commands: list[str]

    def table(self, done: Mapping[Key, Episode]) -> dict[tuple[str, str], list[Episode]]:
        """Return the episodes of each (policy, set), from the first seed to the first missing one.

        What comes after a gap, as an interrupted run leaves it, would favour short episodes.
        """
        table = {}
        for policy in self.policies:
            for name in self.sets:
                keys = [(policy, name, seed) for seed in self.seeds]
                n = next((i for i, key in enumerate(keys) if key not in done), len(keys))
                if n:
                    table[policy, name] = [done[key] for key in keys[:n]]
        return table


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
    ) -> Contents:
        """Begin a benchmark here, or add to one under the same conditions.

        Other policies, sets and numbers of episodes may be asked for than before; what is here
        already stays.

        Returns:
            What will be here.

        Raises:
            InvalidValueError: If what is here was made under other conditions, names the first; or
                if this is no folder that can be written into.
        """
        make_folder(self.path)
        versions = provenance["packages"]
        conditions: dict[str, Json] = {
            "schema_version": SCHEMA_VERSION,
            **plan.setting,
            "seed": plan.seed,
            "environment": plan.environment,
            "renderer": provenance["renderer"],
            "device": provenance["device"],
            **{name: versions.get(name) for name in DECISIVE_PACKAGES},
        }
        new = Contents(
            policies={entrant.name: entrant.fingerprint for entrant in entrants},
            bounds=tuple(entrant.name for entrant in entrants if entrant.is_bound),
            sets=plan.all_sets,
            controls=dict(plan.controls),
            seeds=benchmark_seeds(plan.episodes, plan.seed),
            revisions=[str(provenance["revision"])],
            commands=[shlex.join(provenance["argv"])],
        )
        files = dict(plan.files)
        if self.config.exists():
            data = read_as(dict[str, Any], read_json(self.config), str(self.config))
            # Of another version, nothing else can be expected to be the same.
            self._compare(data.get("conditions", {}), conditions, "{}")
            old = read_as(_Written, data, str(self.config))
            self._compare(old.policies, new.policies, "the fingerprint of the policy '{}'")
            self._compare(old.files, files, "the fingerprint of the set '{}'")
            files = old.files | files
            new = _joined(old, new, plan.seed)
        elif self.episodes.exists():
            raise InvalidValueError(
                f"{self.path} has {self.episodes.name} but no {self.config.name} that says what "
                "they are; choose another --out."
            )
        contents = {"conditions": conditions, "files": files, **new._asdict()}
        # The list of seeds follows from its length.
        contents["episodes"] = len(contents.pop("seeds"))
        write_json(self.config, contents)
        return new

    def read(self) -> dict[Key, Episode]:
        """Return the episodes so far; a line that was cut off by a kill does not count."""
        if not self.episodes.exists():
            return {}
        return by_key(read_episodes(self.episodes, drop_torn=True))

    def append(self, episodes: Sequence[Episode]) -> None:
        """Add episodes; they are on the disk when this returns."""
        append_episodes(self.episodes, episodes)

    def sort(self, contents: Contents) -> None:
        """Put the episodes in order, so that the file does not tell how many workers wrote it."""
        episodes = self.read()
        order = [
            (policy, name, seed)
            for policy in contents.policies
            for name in contents.sets
            for seed in contents.seeds
        ]
        first = {key: episodes[key] for key in order if key in episodes}
        write_episodes(self.episodes, (first | episodes).values())

    def _compare(self, old: Mapping[str, Json], new: Mapping[str, Json], what: str) -> None:
        for name in [key for key in new if key in old]:
            if old[name] != new[name]:
                raise InvalidValueError(
                    f"{self.path} holds a benchmark in which {what.format(name)} is {old[name]!r}, "
                    f"not {new[name]!r}; choose another --out."
                )


@dataclass(frozen=True)
class _Written:
    """The `benchmark.json` of a folder."""

    conditions: dict[str, Any]
    files: dict[str, str]
    policies: dict[str, str]
    bounds: tuple[str, ...]
    sets: tuple[str, ...]
    controls: dict[str, Role]
    revisions: list[str]
    commands: list[str]
    episodes: int


def by_key(episodes: Iterable[Episode]) -> dict[Key, Episode]:
    """Index episodes by policy, set and seed."""
    return {(e.policy, e.set, e.seed): e for e in episodes}


def _joined(old: _Written, new: Contents, seed: int) -> Contents:
    controls = old.controls | new.controls
    return Contents(
        policies=old.policies | new.policies,
        bounds=tuple(dict.fromkeys((*old.bounds, *new.bounds))),
        sets=controls_last((*old.sets, *new.sets), controls),
        controls=controls,
        seeds=benchmark_seeds(max(old.episodes, len(new.seeds)), seed),
        revisions=list(dict.fromkeys((*old.revisions, *new.revisions))),
        commands=list(dict.fromkeys((*old.commands, *new.commands))),
    )

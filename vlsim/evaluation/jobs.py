"""What a worker process of a benchmark is told to do: run a group of episodes, or film one."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vlsim.evaluation.film import FilmConfig, film_episode
from vlsim.evaluation.plan import Entrant, Key, Plan
from vlsim.evaluation.rollout import GROUP, Setting, in_groups, naming, run_group
from vlsim.interface.environment import EnvFactory, Environment
from vlsim.interface.policy import Attentive, Policy
from vlsim.records import Episode


@dataclass(frozen=True)
class Job:
    """A group of episodes of one entrant on one set."""

    entrant: int
    set: str
    rows: tuple[int | None, ...]


@dataclass(frozen=True)
class Film:
    """An episode to be run again and filmed."""

    entrant: int
    key: Key
    row: int
    path: Path

    @property
    def set(self) -> str:
        """Its instruction set."""
        return self.key[1]


class JobRunner:
    """Does jobs in one process; keeps its policies, and the environments of the last set."""

    def __init__(self, entrants: Sequence[Entrant], make_env: EnvFactory, plan: Plan) -> None:
        """Remember what to make; nothing is made before it is needed."""
        self._entrants = entrants
        self._make_env = make_env
        self._plan = plan
        self._policies: dict[int, Policy] = {}
        self._set = ""
        self._envs: list[Environment] = []

    def __call__(self, job: Job | Film) -> list[Episode]:
        """Do one job and return its episodes."""
        entrant = self._entrants[job.entrant]
        setting = Setting(entrant.name, self._plan.task, self._plan.control, job.set)
        if job.entrant not in self._policies:
            with naming(setting, "loading the policy"):
                self._policies[job.entrant] = entrant.make()
        policy = self._policies[job.entrant]
        if isinstance(job, Job):
            return run_group(policy, self._environments(setting, job.rows), job.rows, setting)
        seed, films = job.key[2], FilmConfig(poster=True, heatmap=isinstance(policy, Attentive))
        with naming(setting, f"filming {job.path.name}", seed):
            return [
                film_episode(
                    policy, self._make_env, seed, setting, job.path, config=films, row=job.row
                )
            ]

    def close(self) -> None:
        """Close the environments."""
        while self._envs:
            self._envs.pop().close()

    def _environments(
        self, setting: Setting, rows: tuple[int | None, ...]
    ) -> Sequence[Environment]:
        if setting.set != self._set:
            self.close()
            self._set = setting.set
        with naming(setting, "making the environment"):
            while len(self._envs) < sum(seed is not None for seed in rows):
                self._envs.append(self._make_env(setting.set))
        return self._envs


def jobs_to_do(
    entrants: Sequence[Entrant], plan: Plan, seeds: Sequence[int], done: Mapping[Key, Episode]
) -> list[Job]:
    """Return the groups that still have episodes to run."""
    jobs = []
    for number, entrant in enumerate(entrants):
        for name in plan.sets_of(entrant):
            finished = {s for s in seeds if is_measured(done.get((entrant.name, name, s)))}
            groups = in_groups(seeds, skip=finished.__contains__)
            jobs += [Job(number, name, rows) for rows in groups]
    return jobs


def is_measured(episode: Episode | None) -> bool:
    """Whether an episode was carried out; one that ended in an error is run again."""
    return episode is not None and not episode.error


def films_to_make(
    entrants: Sequence[Entrant],
    plan: Plan,
    seeds: Sequence[int],
    done: Mapping[Key, Episode],
    videos: Path,
) -> list[Film]:
    """Choose the first success and the first failures of each policy on each measured set.

    Bounds are filmed only where nothing else takes part.
    """
    only_bounds = all(entrant.is_bound for entrant in entrants)
    films = []
    for number, entrant in enumerate(entrants):
        for name in plan.sets_of(entrant):
            if name in plan.controls or (entrant.is_bound and not only_bounds):
                continue
            keys = [(entrant.name, name, seed) for seed in seeds]
            measured = [i for i, key in enumerate(keys) if not done[key].error]
            failed = [i for i in measured if not done[keys[i]].success_once]
            won = [i for i in measured if done[keys[i]].success_once]
            for i in sorted([*won[: min(1, plan.films)], *failed[: plan.films]]):
                path = film_path(videos, entrant.name, name, i)
                films.append(Film(number, keys[i], i % GROUP, path))
    return films


def film_path(videos: Path, policy: str, set_name: str, number: int) -> Path:
    """Return where the film of an episode of a benchmark lies; `number` counts from 0."""
    return videos / f"{_file_name(policy)}-{_file_name(set_name)}-{number:04d}.mp4"


def film_to_json(path: Path, episode: Episode, folder: Path, number: int) -> dict[str, Any]:
    """Return what `results.json` says of a film; paths are relative to `folder`."""
    relative = path.relative_to(folder)
    return {
        "policy": episode.policy,
        "set": episode.set,
        "seed": episode.seed,
        "number": number,
        "instruction": episode.instruction,
        "steps": episode.steps,
        "success": episode.success_once,
        "failure": episode.failure,
        "video": relative.as_posix(),
        "poster": relative.with_suffix(".jpg").as_posix(),
    }


def _file_name(name: str) -> str:
    """Turn the name of a policy, often a path, or of a set into a part of a file name.

    >>> _file_name("expert"), _file_name("runs/demo")
    ('expert', 'runs-demo-90b7')
    """
    words = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[-60:]
    # runs/demo and runs-demo are two policies.
    return words if words == name else f"{words}-{zlib.crc32(name.encode()) & 0xFFFF:04x}"

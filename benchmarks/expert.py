"""What is possible and what is chance: the expert and the random policy on every task and control.

    python benchmarks/expert.py --episodes 200 --workers 2

Success with 95 % Wilson intervals, on the seeds of `vlsim benchmark --seed 0`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from statistics import mean

import tyro
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from vlsim.envs import ENV_IDS
from vlsim.episode import Episode
from vlsim.evaluation.policy import Environment
from vlsim.evaluation.rollout import Setting, benchmark_seeds, in_groups, run_group
from vlsim.evaluation.workers import run_tasks
from vlsim.metrics import METRICS
from vlsim.observation import ACTION_SIZES
from vlsim.scripts import arena

POLICIES = ("expert", "random")
GROUP = 8
"""Episodes side by side in one process."""
IMAGE_SIZE = 32
"""Neither policy looks at the picture, so it is as small as it can be."""


@dataclass(frozen=True)
class ExpertConfig:
    """What is measured."""

    episodes: int = 200
    """Episodes of each policy on each task and control."""
    set: str = "seen"
    """Instruction set; `vlsim list sets` shows them all."""
    workers: int = field(default_factory=arena.usable_cores)
    """Processes; 0: do everything in this one. The results do not depend on it."""


@dataclass(frozen=True)
class Job:
    """A group of episodes."""

    setting: Setting
    seeds: tuple[int | None, ...]


class Worker:
    """Carries out jobs; keeps the environments of the last task and control."""

    def __init__(self) -> None:
        """Make nothing before it is needed."""
        self._key: tuple[str, str] | None = None
        self._envs: list[Environment] = []

    def __call__(self, job: Job) -> tuple[Setting, list[Episode]]:
        """Carry out one job."""
        setting = job.setting
        if self._key != (setting.task, setting.control):
            self.close()
            self._key = setting.task, setting.control
            make_env = arena.EnvMaker(setting.task, setting.control, IMAGE_SIZE)
            self._envs = [make_env(setting.set) for _ in range(GROUP)]
        policy = arena.PolicyMaker(setting.policy, setting.task, setting.control)()
        return setting, run_group(policy, self._envs, job.seeds, setting)

    def close(self) -> None:
        """Close the environments."""
        while self._envs:
            self._envs.pop().close()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure everything and print a table."""
    config = tyro.cli(ExpertConfig, args=argv, description=__doc__)
    groups = in_groups(benchmark_seeds(config.episodes), GROUP)
    settings = [
        Setting(policy, task, control, config.set)
        for task, control, policy in product(ENV_IDS, ACTION_SIZES, POLICIES)
    ]
    jobs = [Job(setting, seeds) for setting in settings for seeds in groups]
    found: dict[Setting, list[Episode]] = {setting: [] for setting in settings}
    with tqdm(total=len(jobs), unit="group", disable=None) as progress:
        for setting, episodes in run_tasks(Worker, jobs, config.workers):
            found[setting] += episodes
            progress.update()
    Console().print(results_table(found))


def results_table(found: dict[Setting, list[Episode]]) -> Table:
    """Return one row for each task, control and policy."""
    table = Table(box=None, pad_edge=False)
    for column in ("task", "control", "policy"):
        table.add_column(column)
    for column in ("success, 95 % interval", "right object", "steps", "n"):
        table.add_column(column, justify="right")
    for setting, episodes in found.items():
        success = METRICS["success_rate"](episodes)
        table.add_row(
            setting.task,
            setting.control,
            setting.policy,
            f"{success.value:.3f} [{success.low:.3f}, {success.high:.3f}]",
            right_object(episodes),
            f"{mean(episode.steps for episode in episodes):.1f}",
            str(success.n),
        )
    return table


def right_object(episodes: list[Episode]) -> str:
    """Return the referent accuracy, or a dash if nothing was ever acted on."""
    if all(episode.attempted is None for episode in episodes):
        return "-"
    return f"{METRICS['referent_accuracy'](episodes).value:.3f}"


if __name__ == "__main__":
    main()

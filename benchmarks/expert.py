"""What is possible and what is chance: the expert and the random policy, wherever they can act.

    python benchmarks/expert.py --episodes 200 --workers 2

One row for each task, robot and control mode that go together. Success with 95 % Wilson intervals,
on the seeds of `vlsim benchmark --seed 0`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean

import tyro
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from vlsim.envs import make_env
from vlsim.envs.ability import abilities
from vlsim.envs.control import CONTROLS
from vlsim.envs.tasks import TASKS
from vlsim.episode import Episode
from vlsim.evaluation.policy import Environment
from vlsim.evaluation.rollout import Setting, benchmark_seeds, in_groups, run_group
from vlsim.evaluation.workers import run_tasks
from vlsim.metrics import METRICS
from vlsim.scene.robots import ROBOTS
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
    tasks: str = ",".join(TASKS)
    """Which tasks, with commas."""
    robots: str = ",".join(ROBOTS)
    """Which robots, with commas."""
    controls: str = ",".join(CONTROLS)
    """Which control modes, with commas."""
    set: str = "seen"
    """Instruction set; `vlsim list sets` shows them all."""
    workers: int = field(default_factory=arena.usable_cores)
    """Processes; 0: do everything in this one. The results do not depend on it."""


@dataclass(frozen=True)
class Job:
    """A group of episodes."""

    setting: Setting
    robot: str
    seeds: tuple[int | None, ...]


class Worker:
    """Carries out jobs; keeps the environments of the last task and control."""

    def __init__(self) -> None:
        """Make nothing before it is needed."""
        self._key: tuple[str, str, str] | None = None
        self._envs: list[Environment] = []

    def __call__(self, job: Job) -> tuple[Setting, str, list[Episode]]:
        """Carry out one job."""
        setting = job.setting
        key = setting.task, setting.control, job.robot
        if self._key != key:
            self.close()
            self._key = key
            self._envs = [
                make_env(
                    setting.task,
                    setting.control,
                    robot=job.robot,
                    instruction_set=setting.set,
                    image_size=IMAGE_SIZE,
                )
                for _ in range(GROUP)
            ]
        policy = arena.PolicyMaker(setting.policy, setting.task, setting.control)()
        return setting, job.robot, run_group(policy, self._envs, job.seeds, setting)

    def close(self) -> None:
        """Close the environments."""
        while self._envs:
            self._envs.pop().close()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure everything and print a table."""
    config = tyro.cli(ExpertConfig, args=argv, description=__doc__)
    groups = in_groups(benchmark_seeds(config.episodes), GROUP)
    cells = [
        (Setting(policy, task, control, config.set), robot)
        for task in config.tasks.split(",")
        for robot, control in abilities(TASKS[task])
        for policy in POLICIES
        if robot in config.robots.split(",") and control in config.controls.split(",")
    ]
    jobs = [Job(setting, robot, seeds) for setting, robot in cells for seeds in groups]
    found: dict[tuple[Setting, str], list[Episode]] = {cell: [] for cell in cells}
    with tqdm(total=len(jobs), unit="group", disable=None) as progress:
        for setting, robot, episodes in run_tasks(Worker, jobs, config.workers):
            found[setting, robot] += episodes
            progress.update()
    Console().print(results_table(found))


def results_table(found: dict[tuple[Setting, str], list[Episode]]) -> Table:
    """Return one row for each task, robot, control and policy."""
    table = Table(box=None, pad_edge=False)
    for column in ("task", "robot", "control", "policy"):
        table.add_column(column)
    for column in ("success, 95 % interval", "right object", "steps", "n"):
        table.add_column(column, justify="right")
    for (setting, robot), episodes in found.items():
        success = METRICS["success_rate"](episodes)
        # Chance in the joints touches nothing in a hundred episodes.
        has_acted = any(episode.attempted is not None for episode in episodes)
        table.add_row(
            setting.task,
            robot,
            setting.control,
            setting.policy,
            f"{success.value:.3f} [{success.low:.3f}, {success.high:.3f}]",
            f"{METRICS['referent_accuracy'](episodes).value:.3f}" if has_acted else "-",
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

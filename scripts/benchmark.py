"""Evaluate policies on instruction sets, with confidence intervals, controls and paired tests.

Controls are always run. Ctrl-C is safe: the same command goes on where it stopped, and another
one adds its policies, sets or episodes to the folder. Your own policy: docs/plugins.md.

Examples:
  vlsim benchmark --policy expert --task drawer --robot iiwa --sets seen --episodes 50
  vlsim benchmark --policy runs/demo --policy my_package.policies:Mine --task pick_place --sets all
  vlsim benchmark --policy runs/demo --task pick_place --randomization looks --out varied
"""

import json as json_format
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tyro
from rich.console import Console

from vlsim.agents import load
from vlsim.scripts import checks, makers
from vlsim.scripts.contract import check_contracts
from vlsim.scripts.instruction_files import find_sets, fingerprints
from vlsim.scripts.options import read_options
from vlsim.seeding import check_seed


@dataclass(frozen=True)
class BenchmarkConfig:
    """What to evaluate."""

    policy: tyro.conf.UseAppendAction[tuple[str, ...]]
    """Policy to evaluate, such as expert, runs/demo or module:Name; see `vlsim list policies`."""
    task: str
    """Task to run; see `vlsim list tasks`."""
    sets: str = "seen,combo,paraphrase"
    """Instruction sets and .jsonl files, comma-separated, or all; see `vlsim list sets`."""
    episodes: int = 200
    """Episodes per policy and instruction set."""
    out: Path = Path("benchmark")
    """Output folder for results.json, episodes.jsonl, report.html and videos."""
    control: str = makers.AUTO
    """Control mode. auto: the one the policies were trained with, else ee_delta."""
    robot: str = makers.AUTO
    """Robot. auto: the one the policies were trained with, else panda."""
    randomization: str = ""
    """Domain randomization, comma-separated or JSON; see `vlsim list randomizations`."""
    image_size: int = 0
    """Image size in pixels. 0: the one the policies were trained with, else 64."""
    seed: int = 0
    """Seed of the list of episodes, which is the same for all policies; the README uses 0."""
    bounds: bool = False
    """Also evaluate the scripted expert and random actions, as upper and lower bounds."""
    films: int = 2
    """Failures to film per policy and measured set, plus the first success. 0: no videos."""
    device: str = "cpu"
    """Torch device for trained policies: cpu, cuda or cuda:0."""
    workers: int = field(default_factory=checks.usable_cores)
    """Worker processes. 0: run in this process. Results do not depend on it."""
    json: bool = False
    """Print results.json on stdout and nothing else."""

    def __post_init__(self) -> None:
        """Refuse a seed that cannot be."""
        check_seed(self.seed)


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim benchmark`."""
    config = read_options(BenchmarkConfig, argv, "vlsim benchmark", __doc__)
    try:
        benchmark(config)
    except KeyboardInterrupt:
        print(
            f"Stopped. What was measured is in {config.out}; the same command goes on from there.",
            file=sys.stderr,
        )
        raise


def benchmark(config: BenchmarkConfig) -> None:
    """Run a benchmark and print its table."""
    checks.check_task(config.task)
    conditions = makers.conditions(config.policy, config.control, config.image_size, config.robot)
    checks.check_ability(config.task, conditions.control, conditions.robot)
    sets, files = find_sets(config.sets, config.task)
    named = [name for name in sets if name not in dict(files)]

    # These import much, so mistakes in the options are found before.
    from vlsim.evaluation import Plan, run_benchmark
    from vlsim.evaluation.table import results_table
    from vlsim.models.device import check_device

    check_device(config.device)
    randomization = checks.check_randomization(config.randomization)
    makers.warn_of_other_tasks(config.policy, config.task)
    make_env = makers.EnvMaker(config.task, conditions, randomization, files=files)
    check_contracts(config.policy, make_env, sets[0])
    bounds = [spec for spec in load.SCRIPTED if config.bounds and spec not in config.policy]
    results = run_benchmark(
        [
            makers.entrant(spec, conditions.control, config.device)
            for spec in (*config.policy, *bounds)
        ],
        make_env,
        Plan(
            task=config.task,
            control=conditions.control,
            robot=conditions.robot,
            randomization=randomization,
            sets=sets,
            controls=checks.control_sets(named),
            episodes=config.episodes,
            seed=config.seed,
            films=config.films,
            environment=make_env.description,
            files=fingerprints(files),
        ),
        config.out,
        workers=config.workers,
        show_progress=True,
        renderer=makers.golden_frame(make_env),
        device=config.device,
    )
    if config.json:
        print(json_format.dumps(results, indent=2))
    else:
        console = Console()
        console.print(results_table(results), soft_wrap=True, highlight=False)
        console.print(f"Report: {config.out / 'report.html'}", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    main()

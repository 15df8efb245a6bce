"""Measure policies on instruction sets: success with intervals, controls, paired differences.

Interrupt it with Ctrl-C; the same command goes on where it stopped.

Examples:
  vlsim benchmark --policy expert --task drawer --robot iiwa --sets seen --episodes 50
  vlsim benchmark --policy runs/demo --task pick_place --randomization looks --out varied
"""

import json as json_format
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tyro
from rich.console import Console

from vlsim.agents import policies
from vlsim.scripts import arena
from vlsim.scripts.options import read_options
from vlsim.scripts.sentences import find_sets, fingerprints
from vlsim.seeding import check_seed


@dataclass(frozen=True)
class BenchmarkConfig:
    """What is measured."""

    policy: tyro.conf.UseAppendAction[tuple[str, ...]]
    """expert, random, zoo:NAME, a run folder, a bundle folder; give it once for each policy."""
    task: str
    """What they do; `vlsim list tasks` shows them all."""
    sets: str = "seen,combo,paraphrase"
    """Instruction sets, with commas; `vlsim list sets` shows them all, "combo+background" is a
    pair. Controls are always run. A file of your own sentences is a set too: seen,my.jsonl
    (docs/sentences.md)."""
    episodes: int = 200
    """Episodes of each policy on each set."""
    out: Path = Path("benchmark")
    """Folder that receives results.json, episodes.jsonl, report.html and videos of failures."""
    control: str = arena.AUTO
    """Control mode; auto: what the policies were trained with, else ee_delta."""
    robot: str = arena.AUTO
    """What moves; auto: what the policies were trained with, else panda."""
    randomization: str = ""
    """What else differs between episodes: `vlsim list randomizations`, with commas, or JSON."""
    image_size: int = 0
    """Side of the picture, pixels; 0: what the policies were trained with, else 64."""
    seed: int = 0
    """Picks the list of episodes. The same list for every policy; 0 is the one in the README."""
    bounds: bool = False
    """Add the expert and the random policy, to show what is possible and what is chance."""
    films: int = 2
    """Failures to film, of each policy on each measured set; also its first success. 0: none."""
    device: str = "cpu"
    """Torch device that trained policies run on: cpu, cuda or cuda:0."""
    workers: int = field(default_factory=arena.usable_cores)
    """Processes; 0: do everything in this one. The results do not depend on it."""
    json: bool = False
    """Print results.json on stdout, and nothing else."""

    def __post_init__(self) -> None:
        """Refuse a seed that begins nothing."""
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
    arena.check_task(config.task)
    conditions = arena.conditions(config.policy, config.control, config.image_size, config.robot)
    arena.check_ability(config.task, conditions.control, conditions.robot)
    sets, files = find_sets(config.sets, config.task)
    named = [name for name in sets if name not in dict(files)]

    # These import much, so mistakes in the options are found before.
    from vlsim.agents.device import check_device
    from vlsim.evaluation import Plan, run_benchmark
    from vlsim.evaluation.table import results_table

    check_device(config.device)
    randomization = arena.check_randomization(config.randomization)
    arena.warn_of_other_tasks(config.policy, config.task)
    make_env = arena.EnvMaker(config.task, conditions, randomization, files=files)
    bounds = [spec for spec in policies.SCRIPTED if config.bounds and spec not in config.policy]
    results = run_benchmark(
        [
            arena.entrant(spec, config.task, conditions.control, config.device)
            for spec in (*config.policy, *bounds)
        ],
        make_env,
        Plan(
            task=config.task,
            control=conditions.control,
            robot=conditions.robot,
            randomization=randomization,
            sets=sets,
            controls=arena.control_sets(named),
            episodes=config.episodes,
            seed=config.seed,
            films=config.films,
            environment=make_env.description,
            files=fingerprints(files),
        ),
        config.out,
        workers=config.workers,
        show_progress=True,
        renderer=arena.golden_frame(make_env),
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

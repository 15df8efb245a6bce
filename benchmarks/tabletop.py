"""What a policy for the whole tabletop does with single instructions, by set and by goal.

    vlsim train tabletop && python -m benchmarks.tabletop runs/tabletop

Keeps `benchmarks/results/tabletop.json`; runs that were measured before stay in it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import tyro

from benchmarks.result_file import RESULTS, keep_result
from vlsim.agents.load import find_bundle, load_policy
from vlsim.envs import make_env
from vlsim.envs.config import EnvConfig
from vlsim.evaluation.breakdown import goal_of
from vlsim.evaluation.rollout import GROUP, benchmark_seeds, evaluate
from vlsim.interface.environment import Environment
from vlsim.metrics.intervals import wilson
from vlsim.parallel.threads import one_thread_here
from vlsim.progress import Progress
from vlsim.records import Episode

TASK, CONTROL = "tabletop", "primitive"
SETS = (
    *("seen", "full", "combo", "paraphrase"),
    *("relation-combo", "nested-combo", "containment-combo", "ordinal-combo"),
    *("negation-combo", "relative-size-combo", "material-combo"),
    *("counterfactual", "no-instruction"),
)


@dataclass(frozen=True)
class TabletopConfig:
    """What is measured."""

    run: tyro.conf.Positional[str]
    """Run or bundle of a policy for `tabletop` by `primitive`."""
    episodes: int = 200
    """Episodes of each set."""
    sets: tuple[str, ...] = SETS
    """Instruction sets."""


def environment(side: int, name: str) -> Environment:
    """Return the environment of a set, with single instructions."""
    config = EnvConfig(
        TASK, CONTROL, instruction_set=name, image_size=side, scenario={"forms": ("atom",)}
    )
    made: Environment = make_env(**vars(config))
    return made


def shares(episodes: Sequence[Episode]) -> dict[str, Any]:
    """Return success of all episodes, by goal, and its mean over goals."""
    by_goal: dict[str, list[bool]] = defaultdict(list)
    for episode in episodes:
        by_goal[goal_of(episode)].append(episode.success_once)
    estimates = {goal: wilson(sum(group), len(group)) for goal, group in sorted(by_goal.items())}
    return {
        "success": wilson(sum(e.success_once for e in episodes), len(episodes)).to_json(),
        "mean over goals": sum(e.value for e in estimates.values()) / len(estimates),
        "goals": {goal: estimate.to_json() for goal, estimate in estimates.items()},
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and keep the results."""
    config = tyro.cli(TabletopConfig, args=argv, description=__doc__)
    path = RESULTS / "tabletop.json"
    kept = json.loads(path.read_text(encoding="utf-8"))["results"] if path.is_file() else {}
    bundle = find_bundle(config.run)
    assert bundle is not None, f"{config.run} holds no policy"
    policy = load_policy(config.run, CONTROL)
    side = next(int(size) for size in policy.spec.cameras.values())
    measured: dict[str, Any] = {}
    total = len(config.sets) * config.episodes
    with one_thread_here(), Progress("Tabletop", total, "episodes") as progress:
        for name in config.sets:
            episodes = evaluate(
                policy,
                partial(environment, side),
                benchmark_seeds(config.episodes),
                name,
                task=TASK,
                control=CONTROL,
                on_episode=lambda _: progress.advance(1),
                group=GROUP,
            )
            measured[name] = shares(episodes)
            estimate = measured[name]["success"]
            print(
                "{name}: {value:.3f} [{low:.3f}, {high:.3f}], mean over goals {mean:.3f}".format(
                    name=name, mean=measured[name]["mean over goals"], **estimate
                )
            )
    kept[Path(config.run).name] = measured
    keep_result("tabletop", kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

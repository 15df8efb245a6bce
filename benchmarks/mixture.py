"""All tasks in one vector of environments, under random actions: one pair of spaces, no error.

    python -m benchmarks.mixture

Keeps `benchmarks/results/mixture.json`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tyro

from benchmarks.result_file import keep_result
from vlsim.envs.config import EnvConfig
from vlsim.envs.tasks import TASKS
from vlsim.envs.vector import ParallelEnvs
from vlsim.progress import Progress


@dataclass(frozen=True)
class MixtureConfig:
    """What is carried out."""

    controls: tuple[str, ...] = ("primitive", "ee_delta")
    """Control modes, one vector each."""
    actions: int = 10_000
    """Random actions in each vector, all environments together."""
    workers: int = 2
    """Processes; must divide the number of tasks."""
    seed: int = 0
    """Of episodes and actions."""


def step_mixture(control: str, config: MixtureConfig) -> dict[str, Any]:
    """Step one environment of every task side by side.

    Returns:
        What was done; `outside` counts observations that are none of the space.
    """
    names = list(TASKS)
    configs = [EnvConfig(name, control, privileged=True) for name in names]
    envs = ParallelEnvs(configs, config.workers)
    envs.action_space.seed(config.seed)
    envs.seed_episodes(range(config.seed, config.seed + len(names)))
    ended: Counter[str] = Counter()
    outside, steps = 0, -(-config.actions // len(names))
    envs.reset()
    with Progress(control, steps, "steps") as progress:
        for _ in range(steps):
            observations, _, dones, _ = envs.step([envs.action_space.sample() for _ in names])
            for row in range(len(names)):
                observation = {key: array[row] for key, array in observations.items()}
                outside += not envs.observation_space.contains(observation)
            ended.update(name for name, done in zip(names, dones, strict=True) if done)
            progress.advance(1)
    envs.close()
    return {
        "control": control,
        "actions": steps * len(names),
        "outside": outside,
        "episodes": {name: ended[name] for name in names},
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Step, print and keep the result. Returns 1 if an observation was none of the space."""
    config = tyro.cli(MixtureConfig, args=argv, description=__doc__)
    rows = [step_mixture(control, config) for control in config.controls]
    for row in rows:
        print(
            f"{row['control']}: {row['actions']} actions in {len(TASKS)} tasks, "
            f"{sum(row['episodes'].values())} episodes ended, "
            f"{row['outside']} observations outside of the space"
        )
    keep_result("mixture", {"seed": config.seed, "mixtures": rows})
    return int(any(row["outside"] for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())

"""Record videos of a policy: the episodes that `vlsim benchmark` counts, or your own instruction.

Videos are added to the folder; those of the same episodes are replaced.

Examples:
  vlsim record --policy expert --task drawer --robot iiwa --cameras front,wrist
  vlsim record --policy runs/demo --task pick_place --set combo --heatmap --randomization light
  vlsim record --policy runs/demo --task pick_place --instruction "put the red can in the bowl"
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vlsim.errors import InvalidValueError
from vlsim.files import read_json
from vlsim.progress import Progress
from vlsim.scripts import checks, makers
from vlsim.scripts.contract import check_contracts
from vlsim.scripts.instruction_files import find_sets
from vlsim.scripts.options import read_options
from vlsim.seeding import check_seed


@dataclass(frozen=True)
class RecordConfig:
    """What to film."""

    policy: str
    """Policy to film, such as expert, runs/demo or module:Name; see `vlsim list policies`."""
    task: str
    """Task to run; see `vlsim list tasks`."""
    set: str = "seen"
    """Instruction set, or a .jsonl file of your own sentences; see `vlsim list sets`."""
    instruction: str = ""
    """Instruction to give; scenes are drawn in which it can be carried out."""
    scene: Path | None = None
    """JSON file of the initial scene (docs/ecosystem.md)."""
    episodes: int = 4
    """Number of episodes to film."""
    first: int = 0
    """Index of the first episode in the benchmark's list, counted from 0."""
    out: Path = Path("videos")
    """Output folder for the videos, what happened at each step, and episodes.jsonl."""
    control: str = makers.AUTO
    """Control mode. auto: the one the policy was trained with, else ee_delta."""
    robot: str = makers.AUTO
    """Robot. auto: the one the policy was trained with, else panda."""
    cameras: str = ""
    """Camera views to show beside the scene, comma-separated: front, wrist, viewer."""
    randomization: str = ""
    """Domain randomization, comma-separated or JSON; see `vlsim list randomizations`."""
    image_size: int = 0
    """Image size in pixels. 0: the one the policy was trained with, else 64."""
    seed: int = 0
    """Seed of the list of episodes, as in `vlsim benchmark`."""
    device: str = "cpu"
    """Torch device that a trained policy runs on: cpu, cuda or cuda:0."""
    heatmap: bool = False
    """Show where the policy looks for the object and the place that are named."""
    gif: bool = False
    """Write a small gif next to each mp4."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean no episode."""
        if self.episodes < 1 or self.first < 0:
            raise InvalidValueError(
                "episodes must be at least 1 and first at least 0, got "
                f"{self.episodes} and {self.first}."
            )
        check_seed(self.seed)

    @property
    def reset_options(self) -> dict[str, Any]:
        """What every reset asks for."""
        words = {"instruction": self.instruction} if self.instruction else {}
        return words | ({"scene": read_json(self.scene)} if self.scene else {})


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of `vlsim record`."""
    config = read_options(RecordConfig, argv, "vlsim record", __doc__)
    try:
        record(config)
    except KeyboardInterrupt:
        print(f"Stopped. The finished films are in {config.out}.", file=sys.stderr)
        raise


def record(config: RecordConfig) -> None:
    """Film episodes and print what became of each."""
    checks.check_task(config.task)
    conditions = makers.conditions([config.policy], config.control, config.image_size, config.robot)
    checks.check_ability(config.task, conditions.control, conditions.robot)
    (set_name, *others), files = find_sets(config.set, config.task)
    if others:
        raise InvalidValueError(f"A film is of one instruction set, got '{config.set}'.")
    shown = checks.split_cameras(config.cameras)
    make_env = makers.EnvMaker(
        config.task,
        conditions,
        checks.check_randomization(config.randomization),
        shown,
        files,
        config.reset_options,
    )

    # These import much, so mistakes in the options are found before.
    from vlsim.evaluation import EvaluationError, benchmark_seeds
    from vlsim.evaluation.benchmark import MOST_ERRORS
    from vlsim.evaluation.film import FilmConfig, film_episode
    from vlsim.evaluation.film_folder import FilmFolder
    from vlsim.evaluation.jobs import film_path
    from vlsim.evaluation.rollout import GROUP, Setting, naming
    from vlsim.interface.policy import Attentive

    seeds = benchmark_seeds(config.first + config.episodes, config.seed)
    setting = Setting(config.policy, config.task, conditions.control, set_name)
    maker = makers.PolicyMaker(config.policy, conditions.control, config.device)
    policy = maker()
    if config.heatmap and not isinstance(policy, Attentive):
        raise InvalidValueError(f"The policy '{config.policy}' has no heat-map to show.")
    check_contracts([config.policy], make_env, set_name)
    if config.reset_options:
        _check_reset(make_env, set_name, seeds[config.first])
    folder = FilmFolder(
        config.out,
        {
            "task": config.task,
            "control": conditions.control,
            "image_size": conditions.image_size,
            "robot": conditions.robot,
            "randomization": config.randomization,
            "seed": config.seed,
            "scene": str(config.scene or ""),
        },
    )
    folder.claim()
    makers.warn_of_other_tasks([config.policy], config.task)
    films = FilmConfig(heatmap=config.heatmap, cameras=shown, gif=config.gif, steps=True)
    in_a_row = 0
    numbers = range(config.first, config.first + config.episodes)
    with Progress("Record", config.episodes, "episodes") as progress:
        for i in numbers:
            path = film_path(config.out, config.policy, config.instruction or set_name, i)
            with naming(setting, f"filming {path.name}", seeds[i]):
                episode = film_episode(
                    policy, make_env, seeds[i], setting, path, config=films, row=i % GROUP
                )
            folder.add(episode)
            in_a_row = in_a_row + 1 if episode.error else 0
            outcome = "success" if episode.success_once else "failed"
            outcome = "error" if episode.error else outcome
            words = episode.instruction or "(no instruction)"
            why = episode.error or episode.failure
            reason = f" ({why})" if why else ""
            progress.print(f"{outcome:8}{path}  {words}{reason}")
            progress.advance()
            if in_a_row == MOST_ERRORS:
                raise EvaluationError(
                    f"{MOST_ERRORS} episodes in a row ended in an error, the last in: {why}"
                )


def _check_reset(make_env: makers.EnvMaker, set_name: str, seed: int) -> None:
    """Refuse words or a scene that no episode can begin with, before anything is filmed."""
    env = make_env(set_name)
    try:
        env.reset(seed=seed)
    finally:
        env.close()


if __name__ == "__main__":
    main()
